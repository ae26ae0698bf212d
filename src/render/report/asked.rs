//! What was asked, on which machine, and how to cite it and do it again.

use maud::{Markup, html};

use super::quantity::{beginning, moment, year};
use super::room::Room;
use crate::render::plan::grouped;
use crate::render::size;
use crate::report::{Asked, Facts, quoted};

pub(super) fn section(facts: &Facts, room: Room) -> Markup {
    let asked = &facts.asked;
    let (resolved, cut) = beginning(&asked.resolved, room.manifest);
    html! {
        section #asked {
            h2 { "What was asked" }
            dl.facts {
                div { dt { "manifest" } dd { (asked.manifest) } }
                div { dt { "folder" } dd { (asked.folder) } }
                div { dt { "millrace" } dd { (asked.millrace) } }
                (machine(asked))
            }
            details {
                summary { "The manifest as resolved" @if !asked.variations.is_empty() { ", first variant" } }
                pre { (resolved) @if cut { "…" } }
            }
        }
        section #again {
            h2 { "Do it again, and cite it" }
            pre { "cd " (quoted(&asked.folder)) "\n" (asked.again()) }
            p.quiet { "What is cached is not computed again; " code { "--cache NEW-FOLDER" } " computes everything." }
            pre { (citation(facts)) }
        }
    }
}

fn machine(asked: &Asked) -> Markup {
    html! {
        div { dt { "system" } dd { (asked.machine.system) } }
        @if let Some(processor) = &asked.machine.processor { div { dt { "processor" } dd { (processor) } } }
        @for (what, amount) in &asked.machine.capacity {
            @let told = if *amount < 1 << 20 { grouped(*amount) } else { size::bytes(*amount) };
            div { dt { (what) } dd { (told) } }
        }
    }
}

fn citation(facts: &Facts) -> String {
    let (year, version) = (year(facts.started), &facts.asked.millrace);
    let last = facts.nodes.last().map(|node| node.fingerprint.to_string()).unwrap_or_default();
    let key: String = facts.pipeline.chars().filter(char::is_ascii_alphanumeric).collect();
    let note = format!("millrace {version}, run {} of {}, last output {last}", facts.run, moment(facts.started));
    let fields =
        [("title", format!("{}, a millrace pipeline", facts.pipeline)), ("year", year.clone()), ("note", note)];
    let lines: String = fields.iter().map(|(name, value)| format!("  {name} = {{{value}}},\n")).collect();
    format!("@misc{{{key}-{year},\n{lines}}}")
}
