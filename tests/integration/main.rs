//! The whole of millrace from outside: manifests, and the editor that reads the schemas.

mod editor;
mod fixtures;
mod golden;
mod manifests;
mod schemas;
