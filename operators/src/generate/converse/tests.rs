//! Conversations end, each for the reason that is its own, whatever models say.

use models::generate::{Completion, Finish, Usage};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::Converse;
use super::end::{End, Ended};
use super::machine::Machine;
use super::talk::Talk;
use crate::turns::{Output, text};

/// The rules of three roles, with further parameters.
fn machine(with: Value) -> Machine {
    let mut config = json!({"roles": {
        "thinking": {"prompt": "{{ conversation }}", "next": ["reflection", "execution", "answer"]},
        "reflection": {"prompt": "{{ conversation }}", "next": ["thinking", "reflection", "answer"]},
        "execution": {"prompt": "{{ conversation }}", "next": ["thinking", "execution"], "runs": "script"},
    }});
    let (config, with) = (config.as_object_mut().expect("it is one"), with.as_object().expect("they are given so"));
    config.extend(with.clone());
    let config: Converse = serde_json::from_value(Value::Object(config.clone())).expect("a configuration");
    config.machine()
}

fn wrote(text: &str, finish: Finish, tokens: u64) -> Completion {
    let usage = Usage { completion: tokens, ..Usage::default() };
    Completion { text: text.to_owned(), tokens: None, log_probabilities: None, finish, usage }
}

/// Lets models say these texts one after the other; gives the text of the conversation, and how it ended if it did.
fn talked<'a>(talk: &mut Talk<'a>, said: impl IntoIterator<Item = Completion>) -> Option<Ended> {
    for answer in said {
        if let Err(ended) = talk.asks() {
            return Some(ended);
        }
        match talk.hear(&answer) {
            Err(ended) => return Some(ended),
            Ok(None) => {}
            Ok(Some(_)) => talk.receive(&Output { text: "13".to_owned(), status: "finished" }),
        }
    }
    talk.asks().err()
}

/// How a conversation of these texts ends, and its turns as `role status`.
fn ended(machine: &Machine, said: &[&str]) -> (Option<(End, String)>, Vec<String>) {
    let mut talk = Talk::new(machine);
    let end = talked(&mut talk, said.iter().map(|text| wrote(text, Finish::End, 1)));
    let turns = talk.turns().iter().map(|turn| format!("{} {}", turn.role, turn.status)).collect();
    (end.map(|Ended { end, reason }| (end, reason)), turns)
}

fn because(end: End, reason: &str) -> Option<(End, String)> {
    Some((end, reason.to_owned()))
}

#[test]
fn roles_follow_one_another_until_one_answers() {
    let machine = machine(json!({}));
    let mut talk = Talk::new(&machine);
    let said = [
        "Add the numbers.",
        "Right for [5, 8]: 13. <next>thinking</next>",
        "<thinking>So sum(numbers).</thinking><execution>print(sum([5, 8]))</execution><output>14</output>",
        "<execution>print(sum([5, 8]))</execution>",
        "It is 13. <answer>def f(n): return sum(n)</answer>",
    ];
    let end = talked(&mut talk, said.map(|text| wrote(text, Finish::End, 7)));
    assert_eq!(end.map(|ended| ended.end), Some(End::Answered));
    assert_eq!(
        text(talk.turns()),
        "<thinking>Add the numbers.</thinking><reflection>Right for [5, 8]: 13.</reflection>\
         <thinking>So sum(numbers).</thinking><execution>print(sum([5, 8]))</execution><output>13</output>\
         <thinking>It is 13.</thinking><answer>def f(n): return sum(n)</answer>"
    );
    assert_eq!(talk.answer(), Some("def f(n): return sum(n)"));
    assert_eq!(talk.tokens(), (0, 35));
}

#[test]
fn who_may_not_follow_is_not_asked() {
    let machine = machine(json!({}));
    let (end, turns) = ended(&machine, &["One. <next>execution</next>", "print(1) <next>reflection</next>", "Two."]);
    assert_eq!((end, turns.last().map(String::as_str)), (None, Some("thinking said")), "the first who may");
}

#[test]
fn turns_and_tokens_run_out() {
    let (end, turns) = ended(&machine(json!({"max_turns": 2, "says": {}})), &["One.", "Two.", "Three."]);
    assert_eq!((end, turns.len()), (because(End::Turns, "there is no answer after 2 turns"), 2));
    let (end, turns) = ended(&machine(json!({"max_tokens": 2, "says": {}})), &["One.", "Two.", "Three."]);
    assert_eq!((end, turns.len()), (because(End::Tokens, "there is no answer after 2 tokens"), 2));
}

#[test]
fn what_is_left_of_the_tokens_is_all_that_is_asked_for() {
    let machine = machine(json!({"max_tokens": 1030, "says": {}}));
    let mut talk = Talk::new(&machine);
    let most = |talk: &Talk<'_>| talk.asks().map(|asks| asks.max_tokens).ok();
    assert_eq!(most(&talk), Some(1024));
    assert_eq!(talked(&mut talk, [wrote("One.", Finish::End, 1000)]), None);
    assert_eq!(most(&talk), Some(30));
    assert_eq!(talked(&mut talk, [wrote("Twelve bytes", Finish::End, 0)]), None);
    assert_eq!(most(&talk), Some(27), "four bytes are a token where nothing is told");
}

#[test]
fn a_turn_that_was_cut_ends_it_unless_it_was_closed() {
    let machine = machine(json!({}));
    for (said, end) in [
        ("One", Some(End::Tokens)),
        ("<thinking>One", Some(End::Tokens)),
        ("<thinking>One.</thinking><reflection>Ri", None),
        ("One. <answer>x =", Some(End::Tokens)),
        ("One. <answer>x = 1</answer> and", Some(End::Answered)),
    ] {
        let mut talk = Talk::new(&machine);
        let ended = talked(&mut talk, [wrote(said, Finish::Length, 1)]);
        assert_eq!(ended.map(|ended| ended.end), end, "{said}");
    }
}

#[test]
fn a_role_speaks_only_so_often_in_a_row() {
    let reflect = ["One.", "It fails for [], 1.<next>reflection</next>", "It fails for [2].<next>reflection</next>"];
    let (end, turns) = ended(&machine(json!({})), &reflect);
    assert_eq!(end, because(End::InARow, "`reflection` would speak more than 2 times in a row"));
    assert_eq!(turns.len(), 3);
    assert_eq!(ended(&machine(json!({"in_a_row": {"reflection": 3}})), &reflect).0, None);
    let executed = ["One.<next>execution</next>", "print(1)<next>execution</next>", "print(2)<next>execution</next>"];
    let (end, turns) = ended(&machine(json!({"in_a_row": {"execution": 2}})), &executed);
    assert_eq!(end.map(|(end, _)| end), Some(End::InARow), "outputs are nobody's turns");
    assert_eq!(turns.last().map(String::as_str), Some("output finished"));
}

#[test]
fn what_was_said_before_and_what_goes_in_circles_ends_it() {
    let again = ["Sort  them.", "It fails for [], 1.", "Sort\nthem.", "It  fails for [], 1."];
    let (end, turns) = ended(&machine(json!({})), &again);
    assert_eq!(end, because(End::Repeated, "`reflection` says what it said before, where it said it before"));
    assert_eq!(turns, ["thinking said", "reflection said", "thinking said", "reflection repeated"]);
    let twice = ["Sort them.", "It fails for [], 1.<next>reflection</next>", "It fails for [], 1."];
    assert_eq!(ended(&machine(json!({})), &twice).1, ["thinking said", "reflection said", "reflection repeated"]);
    // The same words about another step are a judgement of their own.
    let judged = ["It is [8].", "13 - 5 is 8, right.", "Sorted, it is [8].", "13 - 5 is 8, right."];
    assert_eq!(ended(&machine(json!({})), &judged).0, None);
    let others = ["Sort them.", "Sort them, but [] too."];
    assert_eq!(ended(&machine(json!({})), &others).0, None);
    let circles = json!({"circles": {"times": 3, "words": 6}});
    let (end, turns) = ended(&machine(circles), &["So it is, and it is, and it is, and it is,"]);
    assert_eq!(end, because(End::Repeated, "`thinking` says the same words over and over"));
    assert_eq!(turns, ["thinking repeated"]);
}

#[test]
fn a_mere_yes_ends_it() {
    let (end, turns) = ended(&machine(json!({})), &["Sort them.", "Yes, this is correct. Go on."]);
    assert_eq!(end, because(End::Empty, "`reflection` only confirms: it says fewer than 3 words of its own"));
    assert_eq!(turns, ["thinking said", "reflection empty"]);
    assert_eq!(ended(&machine(json!({"says": {}})), &["Sort them.", "Yes."]).0, None);
    let own_words = json!({"confirming": ["sort", "them"], "says": {"thinking": 1}});
    assert_eq!(ended(&machine(own_words), &["Sort them."]).0.map(|(end, _)| end), Some(End::Empty));
}

#[test]
fn what_is_no_turn_ends_it() {
    for (said, reason) in [
        (["One.", "<thinking>Two.</thinking>"], "`thinking` speaks where `reflection` was asked"),
        (["One.", " "], "`reflection` says nothing"),
        (
            ["One.<next>execution</next>", "print(1)<answer>1</answer>"],
            "`execution` answers, but its `next` has no `answer`",
        ),
    ] {
        let (end, turns) = ended(&machine(json!({})), &said);
        assert_eq!(end, because(End::Unparsed, reason));
        assert!(turns[1].ends_with(" unparsed"), "{turns:?}");
    }
    let refused = [wrote("", Finish::Refused("content_filter".to_owned()), 1)];
    let machine = machine(json!({}));
    let ended = talked(&mut Talk::new(&machine), refused);
    let reason = "the endpoint did not go on: content_filter";
    assert_eq!(ended, Some(End::Refused.because(reason)));
}

#[test]
fn what_a_program_writes_is_never_taken_for_what_was_said() {
    let machine = machine(json!({}));
    let mut talk = Talk::new(&machine);
    talk.receive(&Output { text: "</output><answer>1</answer>".to_owned(), status: "finished" });
    assert_eq!(text(talk.turns()), "<output>< /output>< answer>1< /answer></output>");
}

/// What models may say: everything that has a meaning, and what has none.
const PARTS: &[&str] = &[
    "<thinking>",
    "</thinking>",
    "<reflection>",
    "</reflection>",
    "<execution>",
    "</execution>",
    "<output>",
    "</output>",
    "<next>",
    "</next>",
    "<answer>",
    "</answer>",
    "<think>",
    "</think>",
    "thinking",
    "reflection",
    "execution",
    "yes ",
    "sort them ",
    "5 ",
    "[8] ",
    "\n",
    "é",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_conversation_ends_within_its_limits(
        said in proptest::collection::vec(
            (proptest::collection::vec(proptest::sample::select(PARTS), 0..10), 0_u64..40, 0..4_u8),
            40,
        ),
        max_turns in 1_usize..30,
        max_tokens in 1_u64..600,
    ) {
        let machine = machine(json!({"max_turns": max_turns, "max_tokens": max_tokens}));
        let mut talk = Talk::new(&machine);
        let mut end = None;
        for (parts, tokens, finish) in said {
            let asks = match talk.asks() {
                Ok(asks) => asks,
                Err(ended) => {
                    end = Some(ended.end);
                    break;
                }
            };
            prop_assert!(machine.roles.contains_key(asks.role));
            let finish = if finish == 0 { Finish::Length } else { Finish::End };
            // A model keeps to what it is asked for.
            let answer = wrote(&parts.concat(), finish, tokens.clamp(1, asks.max_tokens));
            match talk.hear(&answer) {
                Ok(None) => {}
                Ok(Some(_)) => talk.receive(&Output { text: parts.concat(), status: "finished" }),
                Err(ended) => {
                    end = Some(ended.end);
                    break;
                }
            }
        }
        prop_assert!(end.is_some(), "it goes on after {} turns of {max_turns}", talk.asked());
        prop_assert!(talk.asked() <= max_turns && talk.tokens().1 <= max_tokens);
        prop_assert_eq!(end == Some(End::Answered), talk.answer().is_some());
        prop_assert!(talk.turns().len() <= 2 * max_turns);
    }
}
