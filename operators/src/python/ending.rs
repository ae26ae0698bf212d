//! How a program ended, in words.

use sandbox::{Ending, Exception, Limit};

/// What is told of an ending; nothing where the program ran to its end.
pub(crate) fn words(ending: &Ending) -> Option<String> {
    Some(match ending {
        Ending::Finished => return None,
        Ending::Exited { status } => format!("exited with status {status}"),
        Ending::Raised(exception) => raised(exception),
        Ending::Limited(limit) => limited(*limit).to_owned(),
        Ending::Unsupported { module } => format!("there is no module `{module}` here"),
        Ending::Crashed { reason } => format!("the interpreter broke down: {reason}"),
    })
}

fn raised(exception: &Exception) -> String {
    let Exception { kind, message, file, line, .. } = exception;
    let place = match (file, line) {
        (Some(file), Some(line)) => format!(" ({file}, line {line})"),
        _ => String::new(),
    };
    match message.as_str() {
        "" => format!("{kind}{place}"),
        // A syntax error says itself where it is.
        message if message.ends_with(&place) => format!("{kind}: {message}"),
        message => format!("{kind}: {message}{place}"),
    }
}

fn limited(limit: Limit) -> &'static str {
    match limit {
        Limit::Time => "the time limit was reached",
        Limit::Fuel => "the fuel limit was reached",
        Limit::Memory => "the memory limit was reached",
        Limit::Output => "the output limit was reached",
        Limit::Recursion => "nested too deeply inside the interpreter",
    }
}
