//! `model.endpoint`: a model behind an address.

mod memo;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Origin, Outputs, OwnSettings, SecretResolver,
    SettingsKind, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use models::endpoint;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::memo::Kept;
use super::ENDPOINT;
use super::artifact::Artifact;

/// A model behind an OpenAI-compatible address.
///
/// # What it does
/// Gives a model that is asked over HTTP: `chat/completions` for conversations, `completions` for texts. Any server
/// with that interface will do: vLLM, SGLang, llama.cpp, `millrace serve`, a provider.
///
/// The model is known by `name`, `revision` and `extra`, never by its address: another `url` under `run` changes no
/// result and makes nothing anew.
///
/// Several hundred requests may be under way at once. Rate limits, server errors, lost connections and timeouts are
/// tried again, after a pause that all requests share and that heeds `Retry-After`; what the server refuses for good
/// fails its row, in the server's words. Every answer is kept as soon as it is there, by what was asked and its number:
/// a run that was killed asks again for nothing that it got.
///
/// # Why
/// Answers of a teacher are the dearest thing in a pipeline. They are bought once, whatever happens afterwards.
///
/// # Example
/// ```yaml
/// writer:
///   op: model.endpoint
///   with: {name: Qwen/Qwen2.5-Coder-32B-Instruct}
///   run: {url: "http://127.0.0.1:8000/v1", slots: 256}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The model's name, as the server knows it.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Which of the models of that name: a date, a commit. It is not sent, but answers of another revision are others.
    #[serde(default)]
    pub revision: Option<String>,
    /// Further fields of every request, for what a server knows beyond the interface. `null` leaves out a field that
    /// the server does not take, such as `seed`.
    #[serde(default)]
    pub extra: BTreeMap<String, Value>,
}

/// How often a request is sent again at once: the engine tries the row again after that, and longer.
const RETRIES: u32 = 3;

/// How an endpoint is reached.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Reached {
    /// The address, up to and with `/v1`.
    url: Option<String>,
    /// The environment variable that holds the key.
    key_env: Option<String>,
    /// How many requests are under way at most.
    #[schemars(range(min = 1, max = 100_000))]
    slots: usize,
    /// How many seconds one request may take.
    #[schemars(range(min = 1))]
    timeout: u64,
    /// An HTTP proxy between here and the endpoint.
    proxy: Option<String>,
    /// What a million tokens cost, in any currency.
    price: Option<Price>,
    /// How much may be spent in one run, in the currency of the price, which it needs. What was answered by then is kept.
    #[schemars(range(min = 0.0))]
    budget: Option<f64>,
}

/// What a million tokens cost.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Price {
    /// Of a prompt.
    #[schemars(range(min = 0.0))]
    prompt: f64,
    /// Of the part of a prompt that the server had read before; as much as the rest where it is not said.
    #[serde(default)]
    #[schemars(range(min = 0.0))]
    cached: Option<f64>,
    /// Of an answer.
    #[schemars(range(min = 0.0))]
    completion: f64,
}

impl Default for Reached {
    fn default() -> Self {
        Self { url: None, key_env: None, slots: 64, timeout: 600, proxy: None, price: None, budget: None }
    }
}

impl OwnSettings for Reached {
    fn complaints(&self) -> Vec<Complaint> {
        let unpriced = self.budget.is_some() && self.price.is_none();
        let complaint = || {
            let message = "there is a budget and no price, so that nothing would ever be spent of it";
            let complaint = Complaint::setting("operator::settings", "budget", message, "would never be reached");
            complaint.help("say what a million tokens cost: `price: {prompt: 0.5, completion: 1.5}`")
        };
        unpriced.then(complaint).into_iter().collect()
    }
}

impl Reached {
    /// What is missing to reach the endpoint that the node `node` names.
    pub(super) fn lacks(&self, node: &str, secrets: &dyn SecretResolver) -> Vec<String> {
        let address = self.url.is_none().then(|| nowhere(node));
        let unset = self.key_env.as_ref().filter(|name| secrets.secret(name).is_none());
        let key = unset.map(|name| format!("the environment variable `{name}`, the key of `{node}`, is not set"));
        address.into_iter().chain(key).collect()
    }
}

fn nowhere(node: &str) -> String {
    format!("`{node}` does not say where its endpoint is; write `run: {{url: \"http://127.0.0.1:8000/v1\"}}` there")
}

impl Operator for Endpoint {
    const NAME: &'static str = "model.endpoint";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("model", "The model.", OutputType::Is(PortType::artifact(ENDPOINT)))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        // Everything but the address, which is another machine's matter.
        let opened = endpoint::Endpoint::new(self.settings("http://127.0.0.1/v1"), Arc::new(endpoint::NoMemo));
        let complaint = |error: endpoint::EndpointError| {
            vec![Complaint::parameter("operator::parameters", &["extra"], error.to_string(), "here")]
        };
        opened.map_err(complaint)?;
        Ok(declared_types(&Self::outputs(), inputs))
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Reached>()
    }
}

impl Endpoint {
    fn settings(&self, url: &str) -> endpoint::Settings {
        endpoint::Settings {
            revision: self.revision.clone(),
            extra: self.extra.clone(),
            ..endpoint::Settings::new(url, &self.name)
        }
    }

    /// Opens it as the node that it comes from says.
    pub(super) fn open(&self, origin: &Origin, context: &Context) -> Result<endpoint::Endpoint, Fault> {
        let reached: Reached = origin.settings.read()?;
        let url = reached.url.ok_or_else(|| Fault::node(nowhere(&self.name)))?;
        let key = match reached.key_env {
            Some(name) => Some(endpoint::Key::new(&name, &context.secret(&name)?)),
            None => None,
        };
        let Reached { slots, timeout, proxy, price, budget, .. } = reached;
        let telling = context.clone();
        let settings = endpoint::Settings {
            tell: endpoint::Tell(Some(Arc::new(move |words| telling.warn(words)))),
            key,
            retries: RETRIES,
            slots,
            timeout: Duration::from_secs(timeout),
            proxy,
            price: price.map(|Price { prompt, cached, completion }| endpoint::Price { prompt, cached, completion }),
            budget: budget.map(|limit| endpoint::Budget { limit, spent: 0.0 }),
            ..self.settings(&url)
        };
        let opened = endpoint::Endpoint::new(settings, Arc::new(Kept(context.clone())));
        opened.map_err(|error| Fault::node(error.to_string()))
    }
}

impl TableOperator for Endpoint {
    fn run(&self, _inputs: &Inputs, _context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        Artifact::Endpoint(self.clone()).write(&outputs.artifact("model")?)
    }
}

engine::operator!(table Endpoint);
