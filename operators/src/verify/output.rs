//! What a program writes when it is run by itself, as whoever wrote it would read it.

use engine::operator::Fault;
use sandbox::{Job, Outcome};

use super::runner::Runner;
use crate::python::ending::words;

impl Runner {
    /// What a script writes, and behind that how it ended where it did not run to its end; at most so many characters, of
    /// which the first and the last are kept.
    pub(crate) async fn output(&self, program: &str, most: usize) -> Result<String, Fault> {
        Ok(written(&self.run(Job::script(program, "")).await?, most))
    }
}

/// The same of a script that was run.
pub(crate) fn written(outcome: &Outcome, most: usize) -> String {
    let mut output = outcome.stdout.text().into_owned();
    if let Some(ended) = words(&outcome.ending) {
        if !output.is_empty() && !output.ends_with('\n') {
            output.push('\n');
        }
        output.push_str(&ended);
    }
    cut(output.trim_end(), most)
}

/// The first and the last of a text.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let first: String = text.chars().take(most / 2).collect();
    let last: String = text.chars().skip(count - most.div_ceil(2)).collect();
    format!("{first}\n... {} characters ...\n{last}", count - most)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn the_first_and_the_last_are_kept() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcdéfg", 4), "ab\n... 3 characters ...\nfg");
    }
}
