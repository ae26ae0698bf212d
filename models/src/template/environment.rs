//! Jinja as Hugging Face sets it up. Owns its settings, filters and functions.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, Value};

use super::error::Raised;
use super::{generation, json, methods};

/// How many steps a template may take: a hundred times what a conversation of a thousand messages takes.
const FUEL: u64 = 20_000_000;

pub(super) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the default ones"));
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_unknown_method_callback(methods::call);
    environment.set_formatter(|output, _, value| match f64::try_from(value.clone()) {
        Ok(number) if value.is_number() && !value.is_integer() && number.is_finite() => {
            output.write_str(&json::float(number)).map_err(Error::from)
        }
        _ => write!(output, "{value}").map_err(Error::from),
    });
    environment.add_filter("tojson", |value: &Value, arguments: Kwargs| json::tojson(value, arguments));
    environment.add_filter(generation::FILTER, |text: &str| generation::mark(text));
    environment.add_function("raise_exception", raise);
    environment
}

fn raise(message: String) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, message.clone()).with_source(Raised(message)))
}
