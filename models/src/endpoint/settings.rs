//! What an endpoint is, and how it is to be treated. Owns the defaults and their limits; reads nothing from anywhere.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::{EndpointError, Key, Price, extra};

/// A model behind an address.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address, up to and with `/v1`.
    pub url: String,
    /// The model's name, as the server knows it.
    pub model: String,
    /// Which of the models of that name: a date, a commit. It is not sent, but answers of another revision are others.
    pub revision: Option<String>,
    /// What opens the endpoint.
    pub key: Option<Key>,
    /// Further fields of every request's body, which a server may know beyond the interface; what a request says by
    /// itself stands before them. `null` is a field that the server does not take and is never sent, such as `seed`.
    pub extra: BTreeMap<String, Value>,
    /// How many requests are under way at most.
    pub slots: usize,
    /// How long one request may take, from the first byte sent to the last received.
    pub timeout: Duration,
    /// How many bytes an answer may have.
    pub largest_answer: usize,
    /// How often a request is sent again before it counts as unanswerable for now.
    pub retries: u32,
    /// How long is waited between two attempts.
    pub patience: Patience,
    /// An HTTP proxy between here and the endpoint; the environment's is not looked at.
    pub proxy: Option<String>,
    /// What tokens cost; nothing where they cost nothing.
    pub price: Option<Price>,
    /// How much may be spent, in the currency of the price.
    pub budget: Option<Budget>,
    /// Who is told when all requests have to wait.
    pub tell: Tell,
}

/// Who is told, in words, of what goes on without being a fault.
#[derive(Clone, Default)]
pub struct Tell(pub Option<Arc<dyn Fn(String) + Send + Sync>>);

impl fmt::Debug for Tell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tell")
    }
}

/// A limit to what is spent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// How much in all.
    pub limit: f64,
    /// How much of it was spent before, by runs that this one goes on from.
    pub spent: f64,
}

/// How long is waited. A pause is drawn between nothing and a bound, which doubles from one attempt to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The bound of the first pause.
    pub first: Duration,
    /// The bound that is never exceeded, unless the server itself asks for more.
    pub longest: Duration,
    /// The longest pause that a server may ask for; where it asks for more, this much is waited.
    pub asked: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { first: Duration::from_millis(500), longest: Duration::from_secs(30), asked: Duration::from_secs(300) }
    }
}

impl Settings {
    /// A model behind an address that asks for no key and no money.
    #[must_use]
    pub fn new(url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            model: model.into(),
            revision: None,
            key: None,
            extra: BTreeMap::new(),
            slots: 64,
            timeout: Duration::from_secs(600),
            // A hundred samples of twenty thousand tokens, each with its probability.
            largest_answer: 256 << 20,
            retries: 6,
            patience: Patience::default(),
            proxy: None,
            price: None,
            budget: None,
            tell: Tell::default(),
        }
    }

    pub(super) fn check(&self) -> Result<(), EndpointError> {
        extra::check(&self.extra)?;
        if self.slots == 0 {
            return Err(EndpointError::Number { field: "slots", value: 0.0, reason: "at least one is needed" });
        }
        let price = self.price.iter().flat_map(|price| price.fields());
        let budget = self.budget.iter().flat_map(|budget| [("budget", budget.limit), ("spent", budget.spent)]);
        match price.chain(budget).find(|(_, value)| !(value.is_finite() && *value >= 0.0)) {
            Some((field, value)) => Err(EndpointError::Number { field, value, reason: "money is a number from 0 on" }),
            None => Ok(()),
        }
    }
}
