//! From what a model writes to steps: where one ends, whose it is, and whether more follows.

use models::generate::{Completion, Finish};

use super::Tree;

/// A step as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// With what ended it.
    pub(super) text: String,
    pub(super) role: Option<String>,
    pub(super) next: Next,
}

/// What follows a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A further step.
    Step,
    /// Nothing: the answer is complete.
    Nothing,
    /// More would have, but there was no room for it.
    Cut,
    /// Nothing, since the endpoint refused to go on.
    Refused(String),
}

impl Tree {
    /// The tags that what a model writes stands in.
    pub(super) fn tags(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().chain(&self.answer).map(String::as_str)
    }

    /// The texts that end a step.
    pub(super) fn stops(&self) -> Vec<String> {
        match &self.delimiter {
            Some(delimiter) => vec![delimiter.clone()],
            None => self.tags().map(closing).collect(),
        }
    }

    /// The step that a completion is.
    pub(super) fn written(&self, completion: &Completion) -> Written {
        let text = completion.text.clone();
        match &completion.finish {
            Finish::End => Written { role: self.opened(&text), text, next: Next::Nothing },
            Finish::Length => Written { role: self.opened(&text), text, next: Next::Cut },
            Finish::Refused(word) => Written { role: self.opened(&text), text, next: Next::Refused(word.clone()) },
            Finish::Stop(stop) => self.stopped(text, stop.as_deref()),
        }
    }

    /// An endpoint that does not tell what it stopped at has left it to be known by what was opened.
    fn stopped(&self, text: String, stop: Option<&str>) -> Written {
        if let Some(delimiter) = &self.delimiter {
            return Written { text: text + delimiter, role: None, next: Next::Step };
        }
        let closed = stop.and_then(|stop| self.tags().find(|tag| closing(tag) == stop)).map(str::to_owned);
        let Some(role) = closed.or_else(|| self.opened(&text)) else {
            return Written { text, role: None, next: Next::Nothing };
        };
        let next = if self.answer.as_ref() == Some(&role) { Next::Nothing } else { Next::Step };
        Written { text: text + &closing(&role), role: Some(role), next }
    }

    /// The tag that a text opens last.
    fn opened(&self, text: &str) -> Option<String> {
        let opened = self.tags().filter_map(|tag| Some((text.rfind(&format!("<{tag}>"))?, tag)));
        opened.max_by_key(|(place, _)| *place).map(|(_, tag)| tag.to_owned())
    }
}

fn closing(tag: &str) -> String {
    format!("</{tag}>")
}

#[cfg(test)]
mod tests {
    use models::generate::Usage;
    use serde_json::json;

    use super::*;

    fn written(config: serde_json::Value, text: &str, finish: Finish) -> (String, Option<String>, Next) {
        let config: Tree = serde_json::from_value(config).expect("a configuration");
        let completion = Completion {
            text: text.to_owned(),
            tokens: None,
            log_probabilities: None,
            finish,
            usage: Usage::default(),
        };
        let Written { text, role, next } = config.written(&completion);
        (text, role, next)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn steps_end_with_their_tags() {
        let tags = || json!({"prompt": "?", "roles": ["thinking", "reflection"], "answer": "answer"});
        let thought = ("<thinking>a</thinking>".to_owned(), some("thinking"), Next::Step);
        assert_eq!(written(tags(), "<thinking>a", Finish::Stop(some("</thinking>"))), thought);
        assert_eq!(written(tags(), "<thinking>a", Finish::Stop(None)), thought);
        let answer = ("<answer>x</answer>".to_owned(), some("answer"), Next::Nothing);
        assert_eq!(written(tags(), "<answer>x", Finish::Stop(some("</answer>"))), answer);
        // What was opened before and never closed is not what ends here.
        let (text, role, _) = written(tags(), "<thinking><reflection>no", Finish::Stop(None));
        assert_eq!((text.as_str(), role), ("<thinking><reflection>no</reflection>", some("reflection")));
        assert_eq!(written(tags(), "so", Finish::Stop(None)), ("so".to_owned(), None, Next::Nothing));
        assert_eq!(written(tags(), "<thinking>a", Finish::Length).2, Next::Cut);
        assert_eq!(written(tags(), "", Finish::Refused("filter".into())).2, Next::Refused("filter".into()));
    }

    #[test]
    fn steps_end_with_a_delimiter() {
        let lines = json!({"prompt": "?", "delimiter": "\n\n"});
        assert_eq!(written(lines.clone(), "a", Finish::Stop(some("\n\n"))), ("a\n\n".to_owned(), None, Next::Step));
        assert_eq!(written(lines, "b", Finish::End), ("b".to_owned(), None, Next::Nothing));
    }
}
