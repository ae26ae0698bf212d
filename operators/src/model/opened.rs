//! A port's model, opened: once a run, however many nodes and rows use it.

use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use engine::operator::{Context, Fault, Inputs, Origin};
use futures_util::future::{Either, select};
use models::endpoint::Endpoint;
use models::generate::{Completion, GenerateError, Generator, Passage, Request, Scorer, Scores, Usage};

use super::artifact::Artifact;
use super::fault;
use super::local::{self, Placing};
use super::located::Located;
use super::scripted::Script;

/// A model that answers requests.
pub(crate) struct Model {
    generator: Arc<dyn Generator>,
    /// Nothing where the model does not tell how likely texts are.
    scorer: Option<Arc<dyn Scorer>>,
    /// The generator, where it is an endpoint.
    endpoint: Option<Arc<Endpoint>>,
    /// What the endpoint was paid, as far as it was counted.
    counted: Mutex<f64>,
}

impl Model {
    /// The model that a port holds.
    pub(crate) fn open(inputs: &Inputs, port: &str, context: &Context) -> Result<Arc<Self>, Fault> {
        let (folder, origin) = (inputs.artifact(port)?, inputs.origin(port)?);
        let artifact = Artifact::read(folder)?;
        match artifact {
            Some(Artifact::Scripted) => {
                let key = format!("answers of {}", folder.display());
                context.shared(&key, &[], || Self::scripted(origin))
            }
            Some(Artifact::Endpoint(endpoint)) => {
                let key = format!("endpoint of {}", folder.display());
                context.shared(&key, &[], || {
                    let opened = Arc::new(endpoint.open(origin, context)?);
                    Ok(Self { endpoint: Some(opened.clone()), ..Self::new(opened) })
                })
            }
            Some(Artifact::Checkpoint { .. }) | None => {
                let Located { folder, dtype } = Located::of(inputs, port)?;
                Self::local(&folder, dtype, origin, context)
            }
        }
    }

    fn new(generator: Arc<dyn Generator>) -> Self {
        Self { generator, scorer: None, endpoint: None, counted: Mutex::new(0.0) }
    }

    fn scripted(origin: &Origin) -> Result<Self, Fault> {
        let script = Script::read(origin.files("path")?).map_err(Fault::node)?;
        Ok(Self::new(Arc::new(script)))
    }

    fn local(
        folder: &Path,
        dtype: models::weights::Dtype,
        origin: &Origin,
        context: &Context,
    ) -> Result<Arc<Self>, Fault> {
        let placing = Placing::read(context, origin)?;
        let plan = local::Plan::new(folder, dtype, &placing)?;
        context.shared(&plan.key(), &plan.room(), || {
            let model = Arc::new(plan.open()?);
            Ok(Self { scorer: Some(model.clone()), ..Self::new(model) })
        })
    }

    /// What the model answers; its tokens are counted.
    pub(crate) async fn answer(&self, request: Request, context: &Context) -> Result<Vec<Completion>, Fault> {
        let answers = self.asked(request, context).await.map_err(fault)?;
        answers.iter().for_each(|answer| count(&answer.usage, context));
        self.count_cost(context);
        Ok(answers)
    }

    /// What was paid since it was counted last: of nodes that share an endpoint, each counts what it comes upon, and
    /// together they count everything once.
    fn count_cost(&self, context: &Context) {
        let Some(endpoint) = &self.endpoint else { return };
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let paid = endpoint.tally().cost - *counted;
        if paid > 0.0 {
            *counted += paid;
            context.count("cost", paid);
        }
    }

    /// When the run is to end, an endpoint sends nothing more, but what is being paid for is waited for.
    async fn asked(&self, request: Request, context: &Context) -> Result<Vec<Completion>, GenerateError> {
        let answered = self.generator.generate(request);
        let Some(endpoint) = &self.endpoint else { return answered.await };
        let ended = async {
            context.cancellation().cancelled().await;
            endpoint.retire();
        };
        match select(answered, pin!(ended)).await {
            Either::Left((answered, _)) => answered,
            Either::Right(((), answered)) => answered.await,
        }
    }

    /// How likely the model finds a text; its tokens are counted.
    pub(crate) async fn score(&self, passage: Passage, context: &Context) -> Result<Scores, Fault> {
        let unable = || Fault::node("this model does not tell how likely texts are: wire a checkpoint");
        let scores = self.scorer.as_ref().ok_or_else(unable)?.score(passage).await.map_err(fault)?;
        count(&scores.usage, context);
        Ok(scores)
    }
}

pub(super) fn count(usage: &Usage, context: &Context) {
    let counted = [
        ("prompt tokens", usage.prompt),
        ("cached prompt tokens", usage.cached),
        ("completion tokens", usage.completion),
    ];
    for (what, tokens) in counted {
        if tokens > 0 {
            context.count(what, tokens as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use engine::operator::{ContextParts, InputData, NotShared, Resource, Settings, Share, Thing};
    use engine::testing::{Given, Harness};
    use serde_json::json;

    use super::*;

    /// Keeps whatever is opened, and counts.
    #[derive(Default)]
    struct Kept(Mutex<BTreeMap<String, Thing>>);

    impl Share for Kept {
        fn share(
            &self,
            key: &str,
            room: &[Resource],
            open: &mut dyn FnMut() -> Result<Thing, Fault>,
        ) -> Result<Thing, Fault> {
            assert!(room.iter().any(|room| room.name == "memory" && room.amount > 0), "{room:?}");
            let mut kept = self.0.lock().expect("no test panics within");
            if !kept.contains_key(key) {
                kept.insert(key.to_owned(), open()?);
            }
            Ok(kept[key].clone())
        }

        fn hold(&self, what: &str, room: &[Resource]) -> Result<Thing, Fault> {
            NotShared.hold(what, room)
        }
    }

    fn scratch(folder: &std::path::Path, seed: u64) -> PathBuf {
        let root = folder.to_owned();
        let harness = Harness { scratch: root.join(seed.to_string()), root, machine_folder: None, seed: 0 };
        std::fs::create_dir_all(&harness.scratch).expect("there is room");
        let texts = Given::Rows(None, vec![json!({"id": "t", "text": "one and two are three"})]);
        let with =
            json!({"vocabulary": 270, "seed": seed, "shape": {"hidden": 16, "heads": 2, "layers": 1, "context": 64}});
        let with = serde_yaml::to_value(with).expect("it is data");
        match harness.artifact("model.scratch", with, &[("texts".to_owned(), texts)].into()) {
            Ok(Given::Artifact(_, folder, _)) => folder,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_model_is_opened_once_for_all_nodes_and_another_by_itself() {
        let folder = tempfile::tempdir().expect("there is room");
        let kept = Arc::new(Kept::default());
        let open = |model: &PathBuf, operator: &'static str| {
            let inputs = Inputs::new([("model".to_owned(), InputData::Artifact(model.clone()))].into());
            let origin = Origin { settings: Settings::default(), files: BTreeMap::new() };
            let inputs = inputs.with_origins([("model".to_owned(), origin)].into());
            let parts = ContextParts { operator, open: kept.clone(), ..ContextParts::default() };
            Model::open(&inputs, "model", &Context::new(parts)).expect("it is a model")
        };
        let (one, other) = (scratch(folder.path(), 1), scratch(folder.path(), 2));
        let first = open(&one, "generate.sample");
        assert!(Arc::ptr_eq(&first, &open(&one, "generate.judge")));
        assert!(!Arc::ptr_eq(&first, &open(&other, "generate.sample")));
        assert_eq!(kept.0.lock().expect("no test panics within").len(), 2);
    }
}
