//! The page as a whole.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::room::{ROOMS, Room};
use super::{asked, comparison, curves, graph, head, losses, node, nodes, results};
use crate::report::Facts;

/// How long a page may be.
const LONGEST: usize = 1_900_000;

const STYLE: &str = include_str!("style.css");

/// No script runs and nothing is fetched, whatever a row's text holds.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// The page of a run.
pub fn page(facts: &Facts) -> String {
    let mut pages = ROOMS.iter().map(|room| visible(&document(facts, *room).into_string()));
    let last = pages.len() - 1;
    let fits = |(place, page): &(usize, String)| page.len() <= LONGEST || *place == last;
    let found = pages.by_ref().enumerate().find(fits);
    found.map(|(_, page)| page).unwrap_or_default()
}

fn document(facts: &Facts, room: Room) -> Markup {
    let title = format!("{} · millrace", facts.pipeline);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (head::head(facts))
                    (results::section(facts))
                    (comparison::section(facts))
                    (losses::section(facts))
                    (curves::section(facts, room))
                    (nodes::section(facts, room))
                    (graph::section(facts))
                    (node::section(facts, room))
                    (asked::section(facts, room))
                }
            }
        }
    }
}

/// Characters that a page may not hold, or that would rearrange what stands beside them, as signs of themselves.
fn visible(page: &str) -> String {
    page.chars().map(sign).collect()
}

fn sign(character: char) -> char {
    match character {
        '\n' | '\t' => character,
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7F}' => '\u{2421}',
        '\u{80}'..='\u{9F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FDD0}'..='\u{FDEF}' => {
            char::REPLACEMENT_CHARACTER
        }
        other if u32::from(other) & 0xFFFE == 0xFFFE => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}
