//! The rules of a conversation: who may follow whom, and what ends it.
//!
//! Owns them as values, so that they are tried without a model. Knows no prompt.

use std::collections::{BTreeMap, BTreeSet};

use models::generate::{Completion, Finish};

use super::end::{End, Ended};
use super::said::{NoTurn, Said, read};
use crate::turns::{ANSWER, Circles, OUTPUT, Runs, Turn, leads_back, says};

/// The rules.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    pub(super) roles: BTreeMap<String, Rules>,
    /// Who begins.
    pub(super) first: String,
    pub(super) max_turns: usize,
    pub(super) max_tokens: u64,
    pub(super) circles: Circles,
    /// Words that only confirm.
    pub(super) confirming: BTreeSet<String>,
}

/// What holds for a role.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// Who may follow.
    pub(super) next: Vec<String>,
    pub(super) runs: Option<Runs>,
    pub(super) max_tokens: u64,
    /// How often it may speak in a row.
    pub(super) in_a_row: Option<usize>,
    /// How many words a turn says at least beside those that confirm.
    pub(super) says: usize,
}

impl Machine {
    /// What holds for a role of the conversation.
    pub(super) fn rules(&self, role: &str) -> &Rules {
        self.roles.get(role).expect("only roles speak, and they were checked")
    }

    /// What a role said when it was asked; or why the conversation ends with it.
    pub(super) fn read<'a>(&'a self, role: &'a str, answer: &'a Completion) -> Result<Said<'a>, Ended> {
        if let Finish::Refused(word) = &answer.finish {
            return Err(End::Refused.because(format!("the endpoint did not go on: {word}")));
        }
        let was_cut = answer.finish == Finish::Length;
        let cut = |what: &str| End::Tokens.because(format!("{what}: the turn was cut at its greatest length"));
        let names: Vec<&str> = self.roles.keys().map(String::as_str).collect();
        let said = read(&answer.text, role, &names).map_err(|no_turn| match no_turn {
            NoTurn::Cut(what) if was_cut => cut(&what),
            NoTurn::Cut(why) | NoTurn::Unreadable(why) => End::Unparsed.because(why),
        })?;
        let rules = self.rules(role);
        match said.answer {
            _ if was_cut && !said.is_closed => Err(cut(&format!("`{role}` was not done"))),
            Some(_) if !rules.may_answer() => {
                Err(End::Unparsed.because(format!("`{role}` answers, but its `next` has no `answer`")))
            }
            None if rules.followers().next().is_none() => {
                Err(End::Unparsed.because(format!("`{role}` has no answer, and nobody follows")))
            }
            _ => Ok(said),
        }
    }

    /// Why the conversation ends with this text of a role, if it does.
    pub(super) fn fault(&self, role: &str, text: &str, earlier: &[Turn]) -> Option<Ended> {
        if leads_back(&spoken(role, text, earlier)) {
            return Some(End::Repeated.because(format!("`{role}` says what it said before, where it said it before")));
        }
        if self.circles.catches(text) {
            return Some(End::Repeated.because(format!("`{role}` says the same words over and over")));
        }
        let least = self.rules(role).says;
        let is_empty = least > 0 && says(text, &self.confirming) < least;
        is_empty
            .then(|| End::Empty.because(format!("`{role}` only confirms: it says fewer than {least} words of its own")))
    }

    /// Who follows a role: whom it names, if that one may, and else the first who may.
    pub(super) fn follower<'a>(&'a self, role: &str, named: Option<&str>) -> Option<&'a str> {
        let rules = self.rules(role);
        rules.followers().find(|follower| Some(*follower) == named).or_else(|| rules.followers().next())
    }
}

/// Who said which words, up to this text of a role; what came of code is nobody's.
fn spoken<'a>(role: &'a str, text: &'a str, earlier: &'a [Turn]) -> Vec<(&'a str, Vec<&'a str>)> {
    let own = earlier.iter().filter(|turn| turn.role != OUTPUT).map(|turn| (turn.role.as_str(), turn.text.as_str()));
    own.chain([(role, text)]).map(|(role, text)| (role, text.split_whitespace().collect())).collect()
}

impl Rules {
    pub(super) fn may_answer(&self) -> bool {
        self.next.iter().any(|next| next == ANSWER)
    }

    /// Roles that may follow.
    fn followers(&self) -> impl Iterator<Item = &str> {
        self.next.iter().map(String::as_str).filter(|next| *next != ANSWER)
    }
}
