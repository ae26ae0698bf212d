//! One problem's tree: steps drawn, code run, paths ended and judged.

use engine::operator::{Context, Fault};
use engine::row::Row;
use futures_util::future::try_join_all;
use models::generate::{Completion, Finish, Request, Sampling, Usage};
use rand_chacha::rand_core::RngCore;

use super::growth::{Grown, Growth, Kind, Leaf};
use super::policy::Policy;
use super::settled::settled;
use super::steps::Next;
use super::{Searcher, Until, Worth};
use crate::generate::prompt::Asked;
use crate::turns::{self, OUTPUT, Turn, broken, estimated};
use crate::verify::{Extract, Run, Standard, Status, tagged};

/// How often a step is drawn that was drawn before.
const TRIES: usize = 4;

/// A tree on its way.
pub(super) struct Exploration<'a> {
    searcher: &'a Searcher,
    row: &'a Row,
    context: &'a Context,
    pub(super) asked: Asked,
    standard: Standard,
    pub(super) tree: Growth,
    /// Whether it ended because nothing could change any more.
    pub(super) settled: bool,
}

impl<'a> Exploration<'a> {
    pub(super) fn new(searcher: &'a Searcher, row: &'a Row, context: &'a Context) -> Result<Self, Fault> {
        let config = &searcher.config;
        let (asked, standard) = (searcher.asking.of(row)?, Standard::of(row)?);
        let mut tree = Growth::new(config.backup, config.branch, config.max_depth);
        tree.node_mut(0).grown.length = estimated(&asked.text);
        Ok(Self { searcher, row, context, asked, standard, tree, settled: false })
    }

    /// Grows the tree as far as it may grow.
    pub(super) async fn grow(&mut self) -> Result<(), Fault> {
        match self.searcher.config.policy {
            Policy::Beam => self.together().await,
            Policy::Independent => self.independently().await,
            _ => self.one_by_one().await,
        }
    }

    async fn one_by_one(&mut self) -> Result<(), Fault> {
        let config = &self.searcher.config;
        while let Some(left) = config.max_paths.checked_sub(self.tree.leaves().count()).filter(|left| *left > 0) {
            self.settled = config.until == Until::Settled && settled(&self.tree, left as u64);
            if self.settled {
                break;
            }
            let Some(at) = config.policy.leaving(&self.tree, config.formula) else { break };
            self.path(at).await?;
        }
        Ok(())
    }

    /// A path from a node to its end; nothing where no other step follows that node.
    async fn path(&mut self, from: usize) -> Result<(), Fault> {
        let mut at = from;
        while self.tree.node(at).leaf.is_none() {
            let sample = self.tree.node(at).drawn;
            let answer = self.ask(at, sample, 1).await?.pop();
            self.tree.node_mut(at).drawn += 1;
            match answer.and_then(|answer| self.added(at, &answer)) {
                Some((child, next)) => at = self.follow(child, next).await?,
                // It was there already, and what is drawn next may be as well.
                None if self.exhausted(at) => {
                    self.tree.node_mut(at).closed = true;
                    break;
                }
                None => {}
            }
        }
        Ok(())
    }

    fn exhausted(&self, at: usize) -> bool {
        let node = self.tree.node(at);
        node.drawn as usize >= node.children.len() + TRIES
    }

    /// Each path as if there were no other.
    async fn independently(&mut self) -> Result<(), Fault> {
        for sample in 0..self.searcher.config.max_paths as u64 {
            let mut at = 0;
            while self.tree.node(at).leaf.is_none() {
                for answer in self.ask(at, sample, 1).await? {
                    at = match self.added(at, &answer) {
                        Some((child, next)) => self.follow(child, next).await?,
                        None => self.followed(at, &answer),
                    };
                }
            }
        }
        Ok(())
    }

    /// Goes where another way went; gives what is there now.
    fn followed(&mut self, at: usize, answer: &Completion) -> usize {
        let Some(child) = self.sibling(at, &self.searcher.config.written(answer).text) else { return at };
        let output = self.tree.node(child).children.first().copied();
        let tip = output.filter(|output| self.tree.node(*output).grown.kind == Kind::Output).unwrap_or(child);
        self.tree.arrive(tip);
        tip
    }

    /// The step behind a node that says this.
    fn sibling(&self, at: usize, text: &str) -> Option<usize> {
        self.tree.node(at).children.iter().copied().find(|child| self.tree.node(*child).grown.text == text)
    }

    /// All paths step by step.
    async fn together(&mut self) -> Result<(), Fault> {
        let config = &self.searcher.config;
        let mut at = vec![0];
        while !at.is_empty() {
            let asked = at.iter().map(|at| self.ask(*at, 0, config.branch as u64));
            let drawn = try_join_all(asked).await?;
            if drawn.iter().flatten().any(|answer| answer.log_probabilities.is_none()) {
                return Err(Fault::node(
                    "`beam` follows what the model finds likeliest, and this one does not tell: choose another `policy`",
                ));
            }
            let answers =
                at.iter().zip(drawn).flat_map(|(from, answers)| answers.into_iter().map(|answer| (*from, answer)));
            let mut steps: Vec<(usize, Next)> =
                answers.filter_map(|(from, answer)| self.added(from, &answer)).collect();
            steps.sort_by(|(left, _), (right, _)| self.likelihood(*right).total_cmp(&self.likelihood(*left)));
            let whole = self.tree.leaves().filter(|(_, leaf)| leaf.is_whole()).count();
            let pruned = steps.split_off(config.max_paths.saturating_sub(whole).min(steps.len()));
            pruned.into_iter().for_each(|(step, _)| self.tree.end(step, Leaf::pruned()));
            at.clear();
            for (step, next) in steps {
                let tip = self.follow(step, next).await?;
                at.extend(self.tree.node(tip).leaf.is_none().then_some(tip));
            }
        }
        Ok(())
    }

    /// The mean log-probability of all that leads to a node.
    fn likelihood(&self, index: usize) -> f64 {
        let grown = self.tree.above(index).map(|index| &self.tree.node(index).grown);
        let known = grown.filter_map(|grown| Some((grown.tokens as f64, grown.log_probability?)));
        let (tokens, sum) = known.fold((0.0, 0.0), |(all, sum), (tokens, mean)| (all + tokens, sum + tokens * mean));
        sum / f64::max(tokens, 1.0)
    }

    /// Draws steps that may follow a node.
    async fn ask(&self, at: usize, first: u64, count: u64) -> Result<Vec<Completion>, Fault> {
        let config = &self.searcher.config;
        let place = format!("{} {}", self.row.id(), self.tree.place(at));
        let left = config.max_tokens.saturating_sub(self.tree.node(at).grown.length as usize);
        let request = Request {
            samples: first..first + count,
            sampling: Sampling { temperature: config.temperature, top_p: config.top_p, ..Sampling::default() },
            seed: self.context.random(&place, config.seed).next_u64(),
            stop: config.stops(),
            max_tokens: Some(config.step_tokens.min(left).max(1)),
            log_probabilities: config.weighs_likelihoods(),
            ..Request::new(self.asked.begun(config.format, &self.tree.text(at)))
        };
        match self.searcher.model.answer(request, self.context).await {
            // What is known of the tree by then is kept: a path that the model cannot go on with has ended.
            Err(Fault::Row(message)) if at > 0 => Ok(vec![refused(message)]),
            answers => answers,
        }
    }

    /// Adds a step, unless it is there.
    fn added(&mut self, at: usize, answer: &Completion) -> Option<(usize, Next)> {
        let (written, tokens) = (self.searcher.config.written(answer), turns::written(answer));
        // What a model does not tell, or tells once for many samples, stays as it was estimated.
        let before = &mut self.tree.node_mut(at).grown.length;
        *before = if answer.usage.prompt > 0 { answer.usage.prompt } else { *before };
        let length = *before + tokens;
        if let Some(sibling) = self.sibling(at, &written.text) {
            self.tree.node_mut(sibling).spent += tokens;
            return None;
        }
        let likely = answer.log_probabilities.as_deref().filter(|likely| !likely.is_empty());
        let grown = Grown {
            kind: Kind::Step,
            role: written.role,
            text: written.text,
            tokens,
            length,
            log_probability: likely.map(|all| all.iter().map(|one| f64::from(*one)).sum::<f64>() / all.len() as f64),
        };
        Some((self.tree.add(at, grown), written.next))
    }

    /// Runs a step's code, and ends a path that goes no further; gives its last node.
    async fn follow(&mut self, step: usize, next: Next) -> Result<usize, Fault> {
        let leaf = match next {
            Next::Nothing => self.judge(step).await?,
            Next::Cut => self.searcher.config.cut(&self.tree, step),
            Next::Refused(word) => Leaf::worthless("refused", format!("the model did not go on: {word}")),
            Next::Step => match self.searcher.config.endless(&self.tree, step) {
                Some(leaf) => leaf,
                None => return self.output(step).await,
            },
        };
        self.tree.end(step, leaf);
        Ok(step)
    }

    /// What the code of a step gives, as a node behind it; the step itself where it has none to run.
    async fn output(&mut self, step: usize) -> Result<usize, Fault> {
        let config = &self.searcher.config;
        let Grown { role, text, length, .. } = &self.tree.node(step).grown;
        let Some(tag) = config.execution.as_ref().filter(|tag| Some(*tag) == role.as_ref()) else { return Ok(step) };
        let (program, before) = (tagged(text, tag).unwrap_or_default(), *length);
        let output = self.searcher.execution.script(&program).await?;
        // What a program writes must not be taken for what was said.
        let tags: Vec<&str> = config.tags().chain([OUTPUT]).collect();
        let text = turns::text(&[Turn::new(OUTPUT, broken(&output.text, &tags), output.status)]);
        let (role, length) = (Some(OUTPUT.to_owned()), before + estimated(&text));
        let grown = Grown { kind: Kind::Output, role, text, tokens: 0, length, log_probability: None };
        let output = self.tree.add(step, grown);
        if let Some(leaf) = config.endless(&self.tree, output) {
            self.tree.end(output, leaf);
        }
        Ok(output)
    }

    /// The program in all that was said up to a step's end.
    pub(super) fn program(&self, step: usize) -> Option<String> {
        let text = self.tree.text(step);
        match &self.searcher.config.answer {
            Some(tag) => tagged(&text, tag),
            None => Extract::LastBlock.from(&text),
        }
    }

    /// What an answer is worth.
    async fn judge(&self, step: usize) -> Result<Leaf, Fault> {
        let config = &self.searcher.config;
        let Some(program) = self.program(step) else {
            return Ok(Leaf::worthless("no_code", "there is no program in the answer".to_owned()));
        };
        let run = match config.value {
            Worth::Tests => Run::All,
            Worth::Passed => Run::UntilFailure,
        };
        let (status, share) = self.standard.verdict(&self.searcher.execution.runner, Some(&program), run).await?;
        let value = match config.value {
            Worth::Tests => share,
            Worth::Passed => f64::from(u8::from(status == Status::Passed)),
        };
        Ok(Leaf { status: status.name(), message: None, value: Some(value), paths: 0 })
    }
}

fn refused(message: String) -> Completion {
    let finish = Finish::Refused(message);
    Completion {
        text: String::new(),
        tokens: None,
        log_probabilities: Some(Vec::new()),
        finish,
        usage: Usage::default(),
    }
}
