//! `updates FOLDER THREADS KIND GROUPS MEMBERS PROMPT ANSWER STEPS`: whole training steps from so many groups of so many
//! texts that begin with the same prompt, with lengths in tokens. `rewards` learns answers by their advantages, as GRPO
//! does; `preferences` learns the better one of two, against the model as it began.
//!
//! Runs a round of so many steps for each line that it reads, and answers with one JSON line: wall and CPU seconds, the
//! tokens of all texts, prompts counted with each, the loss, and the most memory that the process has had.

use std::env;
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::Instant;

use cpu_time::ProcessTime;
use millrace_benchmarks::peak_mib;
use models::checkpoint::Checkpoint;
use models::decoder::{Kept, LanguageModel};
use models::device::DeviceName;
use models::objective::{Aggregation, PolicyObjective, PreferenceObjective, Ratio, Totals};
use models::optimize::{self, Gathered, Schedule, Shape};
use models::train::{
    Compared, Drawn, Example, Paired, Pass, PolicySettings, Settings, Text, Trained, Trainer, log_likelihoods, parts,
    policy, preferred,
};
use models::weights::{Dtype, Placement};
use serde_json::json;

/// The learning rate.
const RATE: f64 = 1e-4;
/// How many tokens are computed at once, as the operators have it where nothing is said.
const PART_TOKENS: usize = 4096;

/// A step: its gradients, and its loss.
type Step<'a> = Box<dyn Fn(&LanguageModel, &mut Gathered) -> f64 + 'a>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let usage = "usage: updates FOLDER THREADS rewards|preferences GROUPS MEMBERS PROMPT ANSWER STEPS";
    let [folder, threads, kind, numbers @ ..] = arguments.as_slice() else { return Err(usage.into()) };
    let numbers = numbers.iter().map(|number| number.parse()).collect::<Result<Vec<usize>, _>>()?;
    let [groups, members, prompt, answer, steps] = numbers[..] else { return Err(usage.into()) };
    rayon::ThreadPoolBuilder::new().num_threads(threads.parse()?).build_global()?;
    let placement = Placement { device: DeviceName::Cpu.open()?.autodiff(), dtype: Dtype::F32 };
    let checkpoint = Checkpoint::open(Path::new(folder))?;
    let words = checkpoint.config().vocabulary_size;
    let texts: Vec<Vec<Example>> = (0..groups).map(|group| alike(group, members, [prompt, answer], words)).collect();
    let mut trainer = Trainer::new(checkpoint.language_model(&placement)?, settings());
    let reference = trainer.model().frozen();
    let step: Step<'_> = match kind.as_str() {
        "rewards" => Box::new(|model, gathered| rewards(model, &texts, gathered)),
        "preferences" if members == 2 => Box::new(|model, gathered| preferences(model, &reference, &texts, gathered)),
        _ => return Err(usage.into()),
    };
    for line in io::stdin().lock().lines() {
        line?;
        let clocks = (Instant::now(), ProcessTime::now());
        let mut loss = 0.0;
        for _ in 0..steps {
            let mut gathered = Gathered::new();
            loss = step(trainer.model(), &mut gathered);
            trainer.step(gathered)?;
        }
        let (seconds, cpu) = (clocks.0.elapsed().as_secs_f64(), clocks.1.elapsed().as_secs_f64());
        let (tokens, peak) = (groups * members * (prompt + answer) * steps, peak_mib()?);
        let answer = json!({"seconds": seconds, "cpu_seconds": cpu, "tokens": tokens, "loss": loss, "peak_mib": peak});
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}

fn settings() -> Settings {
    let schedule = Schedule { rate: RATE, warmup: 0, shape: Shape::Constant };
    Settings { optimizer: optimize::Settings::default(), schedule, greatest_norm: Some(1.0) }
}

/// Texts with a prompt in common.
fn alike(group: usize, members: usize, [prompt, answer]: [usize; 2], words: usize) -> Vec<Example> {
    let word = |of: usize, place: usize| ((7 * of + 13 * place * place + 1) % words) as u32;
    let beginning: Vec<u32> = (0..prompt).map(|place| word(group, place)).collect();
    let end = |member: usize| -> Vec<u32> { (0..answer).map(|place| word(group + 31 * (member + 1), place)).collect() };
    (0..members).map(|member| Example::completion(&beginning, &end(member))).collect()
}

/// Answers by their advantages, which alternate.
fn rewards(model: &LanguageModel, groups: &[Vec<Example>], gathered: &mut Gathered) -> f64 {
    let numbered = groups.iter().enumerate().flat_map(|(family, group)| group.iter().map(move |text| (family, text)));
    let (families, all): (Vec<usize>, Vec<&Example>) = numbered.unzip();
    let texts: Vec<Text> =
        all.iter().zip(families).map(|(text, family)| Text { length: text.tokens.len(), family }).collect();
    let totals = Totals::of(all.iter().map(|text| text.count()));
    let objective = PolicyObjective {
        clip_low: 0.2,
        clip_high: 0.28,
        dual_clip: None,
        ratio: Ratio::Token,
        divergence: None,
        entropy: 0.0,
    };
    let settings = PolicySettings { objective, aggregation: Aggregation::TokenMean, temperature: 1.0 };
    let part = |part: Vec<usize>| {
        let examples: Vec<&Example> = part.iter().map(|text| all[*text]).collect();
        let advantages: Vec<f32> = part.iter().map(|text| if text % 2 == 0 { 1.0 } else { -0.9 }).collect();
        let drawn = Drawn { examples: &examples, advantages: &advantages, drawn: None, reference: None, totals };
        policy(model, drawn, &settings, Pass::Learn { kept: Kept::Everything, gathered: &mut *gathered }).loss
    };
    parts(&texts, PART_TOKENS).into_iter().map(part).sum()
}

/// The first text of each group rather than the second.
fn preferences(
    model: &LanguageModel,
    reference: &LanguageModel,
    groups: &[Vec<Example>],
    gathered: &mut Gathered,
) -> f64 {
    let length = |group: &[Example]| group.iter().map(|text| text.tokens.len()).sum();
    let texts: Vec<Text> =
        groups.iter().enumerate().map(|(family, group)| Text { length: length(group), family }).collect();
    let objective = PreferenceObjective::Sigmoid { beta: 0.5 };
    let part = |part: Vec<usize>| {
        let side = |side: usize| -> Vec<&Example> { part.iter().map(|group| &groups[*group][side]).collect() };
        let (chosen, rejected) = (side(0), side(1));
        let reference = log_likelihoods(reference, &[chosen.as_slice(), &rejected].concat());
        let pairs = Paired { chosen: &chosen, rejected: &rejected, total: groups.len() as f64 };
        let compared = Compared { reference: &reference, objective, imitation: 0.0 };
        preferred(model, pairs, compared, Pass::Learn { kept: Kept::Everything, gathered: &mut *gathered }).loss
    };
    parts(&texts, PART_TOKENS).into_iter().map(part).sum()
}
