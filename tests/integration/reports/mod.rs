//! What a run leaves to be read: the facts as JSON, and the page that tells them.

mod facts;
mod html;
mod pages;
