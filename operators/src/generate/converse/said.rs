//! What a model said when it was asked for a turn: the turn, who is to follow, and the answer where it gives one.
//!
//! Owns how these are told from the rest. Knows not whether they are allowed.

use crate::turns::{ANSWER, End, OUTPUT, Segment, has_tag, segments};

/// The tag in which a turn names who is to follow, and the name in prompts of those who may.
pub(super) const NEXT: &str = "next";

/// What a model said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said<'a> {
    /// Nothing where there is only an answer.
    pub(super) text: Option<&'a str>,
    pub(super) next: Option<&'a str>,
    pub(super) answer: Option<&'a str>,
    /// Whether it was brought to its end by a tag, so that nothing can be missing.
    pub(super) is_closed: bool,
}

/// Why what was said is no turn.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoTurn {
    /// It ends in the middle.
    Cut(String),
    Unreadable(String),
}

/// The turn of a role in a completion. What stands before its tag is left out where it has one, and so is what the model
/// goes on to say for others, whose first it only names.
pub(super) fn read<'a>(completion: &'a str, role: &'a str, roles: &[&'a str]) -> Result<Said<'a>, NoTurn> {
    let tags: Vec<&str> = roles.iter().copied().chain([OUTPUT, ANSWER, NEXT]).collect();
    let mut said = Said::default();
    for Segment { tag, text, end } in segments(without_thought(completion), &tags) {
        let is_open = end == End::Open;
        match tag {
            None => said.text = said.text.or(Some(text)),
            Some(tag) if tag == role && !said.is_closed => {
                if is_open {
                    return Err(NoTurn::Cut(format!("`<{tag}>` is not closed")));
                }
                (said.text, said.is_closed) = (Some(text), true);
            }
            Some(ANSWER) if is_open => return Err(NoTurn::Cut("`<answer>` is not closed".to_owned())),
            Some(ANSWER) => {
                (said.answer, said.is_closed) = (Some(text), true);
                break;
            }
            Some(NEXT) => said.next = said.next.or(Some(text)),
            Some(other) if said.text.is_none() => {
                return Err(NoTurn::Unreadable(format!("`{other}` speaks where `{role}` was asked")));
            }
            Some(other) => {
                (said.next, said.is_closed) = (said.next.or(Some(other)), true);
                break;
            }
        }
    }
    whole(said, role, &tags)
}

/// Something is said, and nothing in it would be taken for tags.
fn whole<'a>(said: Said<'a>, role: &str, tags: &[&str]) -> Result<Said<'a>, NoTurn> {
    let parts = || [said.text, said.answer].into_iter().flatten();
    if said.answer.is_none() && said.text.is_none_or(str::is_empty) || said.answer.is_some_and(str::is_empty) {
        return Err(NoTurn::Unreadable(format!("`{role}` says nothing")));
    }
    if parts().any(|part| has_tag(part, tags)) {
        return Err(NoTurn::Unreadable(format!("a tag stands within what `{role}` says")));
    }
    Ok(Said { text: said.text.filter(|text| !text.is_empty()), ..said })
}

/// Without what the model thought for itself before it spoke.
fn without_thought(completion: &str) -> &str {
    let thought = completion.trim_start().strip_prefix("<think>").and_then(|rest| rest.split_once("</think>"));
    thought.map_or(completion, |(_, after)| after)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [&str; 3] = ["thinking", "reflection", "execution"];

    fn said(completion: &str) -> Result<[Option<&str>; 3], NoTurn> {
        read(completion, "thinking", &ROLES).map(|Said { text, next, answer, .. }| [text, next, answer])
    }

    #[test]
    fn a_turn_is_what_stands_in_its_tag_or_all_there_is() {
        assert_eq!(said(" Sort them.\n"), Ok([Some("Sort them."), None, None]));
        assert_eq!(said("So: <thinking>\nSort them.</thinking> Done."), Ok([Some("Sort them."), None, None]));
        assert_eq!(said("<think>Hm, <answer>.</think>Sort them."), Ok([Some("Sort them."), None, None]));
        assert_eq!(said("if a < b and b > c: <b>"), Ok([Some("if a < b and b > c: <b>"), None, None]));
    }

    #[test]
    fn who_follows_is_named_by_a_tag_of_its_own_or_by_speaking_on() {
        for completion in [
            "Sort them. <next> reflection </next>",
            "<next>reflection</next><thinking>Sort them.</thinking><next>execution</next>",
            "<thinking>Sort them.</thinking><reflection>Right",
            "<thinking>Sort them.</thinking>\n<reflection>Right.</reflection><answer>1</answer>",
        ] {
            assert_eq!(said(completion), Ok([Some("Sort them."), Some("reflection"), None]), "{completion}");
        }
        let again = "<thinking>Sort them.</thinking><thinking>Sum them.</thinking>";
        assert_eq!(said(again), Ok([Some("Sort them."), Some("thinking"), None]));
    }

    #[test]
    fn an_answer_stands_behind_a_turn_or_alone() {
        assert_eq!(said("<answer>\nx = 1\n</answer>"), Ok([None, None, Some("x = 1")]));
        assert_eq!(said("Done. <answer>x = 1</answer> Bye."), Ok([Some("Done."), None, Some("x = 1")]));
        assert_eq!(said("<thinking></thinking><answer>x = 1</answer>"), Ok([None, None, Some("x = 1")]));
    }

    #[test]
    fn what_is_no_turn_is_told() {
        let cut = |part: &str| Err(NoTurn::Cut(format!("`{part}` is not closed")));
        assert_eq!(said("<thinking>Sort"), cut("<thinking>"));
        assert_eq!(said("Done.<answer>x ="), cut("<answer>"));
        let unreadable = |why: &str| Err(NoTurn::Unreadable(why.to_owned()));
        for completion in ["", "<thinking> </thinking>", "Done.<answer></answer>", "<next>reflection</next>"] {
            assert_eq!(said(completion), unreadable("`thinking` says nothing"), "{completion}");
        }
        assert_eq!(said("<output>1</output>"), unreadable("`output` speaks where `thinking` was asked"));
        let within = "a tag stands within what `thinking` says";
        assert_eq!(said("<thinking>a<output>1</output></thinking>"), unreadable(within));
        assert_eq!(said("a</answer>"), unreadable(within));
    }
}
