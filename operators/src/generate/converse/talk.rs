//! A conversation on its way: who is asked next, what was said, and what is left of what may be said.
//!
//! Owns the state that the rules are applied to. Knows no model.

use models::generate::Completion;

use super::end::{End, Ended};
use super::machine::Machine;
use crate::turns::{ANSWER, OUTPUT, Output, Runs, Turn, broken, written};

/// What a turn is that lets the conversation go on.
const SAID: &str = "said";

/// A conversation.
#[derive(Debug)]
pub(super) struct Talk<'a> {
    machine: &'a Machine,
    role: &'a str,
    turns: Vec<Turn>,
    /// How often a model was asked.
    asked: usize,
    prompt_tokens: u64,
    completion_tokens: u64,
}

/// Who is asked, and for how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asks<'a> {
    pub(super) role: &'a str,
    pub(super) max_tokens: u64,
}

impl<'a> Talk<'a> {
    pub(super) fn new(machine: &'a Machine) -> Self {
        Self { machine, role: &machine.first, turns: Vec::new(), asked: 0, prompt_tokens: 0, completion_tokens: 0 }
    }

    pub(super) fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// How often a model was asked.
    pub(super) fn asked(&self) -> usize {
        self.asked
    }

    /// Tokens that models read and wrote.
    pub(super) fn tokens(&self) -> (u64, u64) {
        (self.prompt_tokens, self.completion_tokens)
    }

    /// The answer, once there is one.
    pub(super) fn answer(&self) -> Option<&str> {
        self.turns.last().filter(|turn| turn.role == ANSWER).map(|turn| turn.text.as_str())
    }

    /// Who is asked next, unless that would be too much.
    pub(super) fn asks(&self) -> Result<Asks<'a>, Ended> {
        let Machine { max_turns, max_tokens, .. } = *self.machine;
        let rules = self.machine.rules(self.role);
        let left = max_tokens.saturating_sub(self.completion_tokens);
        if self.asked >= max_turns {
            return Err(End::Turns.because(format!("there is no answer after {max_turns} turns")));
        }
        if left == 0 {
            return Err(End::Tokens.because(format!("there is no answer after {max_tokens} tokens")));
        }
        match rules.in_a_row.filter(|most| self.in_a_row() >= *most) {
            Some(most) => {
                Err(End::InARow.because(format!("`{}` would speak more than {most} times in a row", self.role)))
            }
            None => Ok(Asks { role: self.role, max_tokens: rules.max_tokens.min(left) }),
        }
    }

    /// Takes what the model wrote: what is done with its code, or that the conversation ends with it.
    pub(super) fn hear(&mut self, answer: &Completion) -> Result<Option<Runs>, Ended> {
        let (machine, role) = (self.machine, self.role);
        self.count(answer);
        let said = machine.read(role, answer).inspect_err(|ended| {
            self.turns.push(Turn::new(role, answer.text.trim(), ended.end.name()));
        })?;
        if let Some(text) = said.text {
            let fault = machine.fault(role, text, &self.turns);
            let status = fault.as_ref().map_or(SAID, |ended| ended.end.name());
            self.turns.push(Turn::new(role, text, status));
            fault.map_or(Ok(()), Err)?;
        }
        if let Some(answer) = said.answer {
            self.turns.push(Turn::new(ANSWER, answer, End::Answered.name()));
            return Err(End::Answered.because("there is an answer"));
        }
        self.role = machine.follower(role, said.next).unwrap_or(role);
        Ok(machine.rules(role).runs)
    }

    /// Takes what came of the code of the last turn.
    pub(super) fn receive(&mut self, output: &Output) {
        let roles = self.machine.roles.keys().map(String::as_str);
        let tags: Vec<&str> = roles.chain([OUTPUT, ANSWER]).collect();
        self.turns.push(Turn::new(OUTPUT, broken(&output.text, &tags), output.status));
    }

    fn count(&mut self, answer: &Completion) {
        self.asked += 1;
        self.prompt_tokens += answer.usage.prompt;
        self.completion_tokens += written(answer);
    }

    /// How often the one who is asked next has spoken last, whatever its code gave in between.
    fn in_a_row(&self) -> usize {
        let said = self.turns.iter().rev().filter(|turn| turn.role != OUTPUT);
        said.take_while(|turn| turn.role == self.role).count()
    }
}
