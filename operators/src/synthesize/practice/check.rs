//! What a configuration asks for that cannot be made.

use engine::diagnostic::closest;
use engine::operator::Complaint;

use super::Practice;
use super::depths::{Depth, Depths};
use super::families::{self, names};
use super::split::Split;
use super::topic::Topic;
use crate::complaints::quoted;

/// The most primitives.
const DEEPEST: usize = 6;

/// Everything that is wrong with the configuration.
pub(super) fn complaints(practice: &Practice) -> Vec<Complaint> {
    let mut found: Vec<_> = depth(&practice.depth).into_iter().chain(split(practice.split)).collect();
    found.extend(unknown_names(practice));
    if !(2..=64).contains(&practice.tests) {
        let message = format!("`tests` must be from 2 to 64, not {}", practice.tests);
        found.push(Complaint::parameter("operator::parameters", &["tests"], message, "out of range"));
    }
    // Only names and depths that are right say what cannot be made of them.
    if found.is_empty() { unreachable(practice) } else { found }
}

fn depth(depth: &Depth) -> Option<Complaint> {
    let Depth { from, to, weights } = depth;
    let complaint =
        |path: &[&str], message: String| Some(Complaint::parameter("operator::parameters", path, message, "here"));
    if !(1..=DEEPEST).contains(from) || !(*from..=DEEPEST).contains(to) {
        let message = format!("`depth` must lead up from 1 or more to {DEEPEST} or less, not from {from} to {to}");
        return complaint(&["depth"], message);
    }
    let depths = to - from + 1;
    if !weights.is_empty() && weights.len() != depths {
        let message = format!("there are {} weights for the {depths} depths from {from} to {to}", weights.len());
        return complaint(&["depth", "weights"], message);
    }
    let are_weights = weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0);
    if !are_weights || (!weights.is_empty() && weights.iter().sum::<f64>() <= 0.0) {
        return complaint(&["depth", "weights"], "`weights` must be at least 0, and one above".to_owned());
    }
    None
}

fn split(split: Option<Split>) -> Option<Complaint> {
    let hold_out = split?.hold_out;
    (hold_out <= 0.0 || hold_out >= 1.0).then(|| {
        let message = format!("`hold_out` must be above 0 and below 1, not {hold_out}");
        Complaint::parameter("operator::parameters", &["split", "hold_out"], message, "out of range")
    })
}

fn unknown_names(practice: &Practice) -> Vec<Complaint> {
    let lists = [("include", &practice.families.include), ("exclude", &practice.families.exclude)];
    let entries = lists.iter().flat_map(|(list, entries)| entries.iter().enumerate().map(move |entry| (*list, entry)));
    let unknown = |(list, (place, entry)): (&str, (usize, &String))| {
        // What is included are primitives; only in `exclude` a run of them means something.
        let of_entry = if list == "include" { vec![entry.as_str()] } else { families::names_in(entry).collect() };
        let name = of_entry.into_iter().find(|name| !names().any(|known| known == *name))?;
        let message = format!("there is no primitive and no topic `{name}`");
        let path = ["families", list, &place.to_string()];
        let complaint = Complaint::parameter("operator::unknown_family", &path, message, "unknown");
        Some(complaint.help(meant(name)))
    };
    entries.filter_map(unknown).collect()
}

fn meant(name: &str) -> String {
    match closest(name, names()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the topics are {}", quoted(Topic::ALL.map(Topic::name))),
    }
}

/// Depths that no composition of what is included has.
fn unreachable(practice: &Practice) -> Vec<Complaint> {
    let composer = practice.composer();
    let unreached = Depths::new(&practice.depth).iter().find(|depth| !composer.reaches(*depth));
    let Some(depth) = unreached else { return Vec::new() };
    let message = format!("of these families no problem of depth {depth} can be made");
    let complaint = Complaint::parameter("operator::parameters", &["families"], message, "too few");
    vec![complaint.help("include more primitives that take what the others give, or lower `depth`")]
}
