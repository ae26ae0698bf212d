//! Steps of what comes together, held against steps of each parameter.

use burn::tensor::{Device, Int};
use serde_json::json;

use super::*;
use crate::checkpoint::language_model;
use crate::config::Config;
use crate::decoder::{LanguageModel, NoPast, Positions};
use crate::optimize::{Gathered, Settings};
use crate::weights::{Dtype, Placement};

fn model(dtype: Dtype) -> LanguageModel {
    let fields = json!({
        "model_type": "qwen2", "vocab_size": 40, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "tie_word_embeddings": true, "initializer_range": 0.2,
    });
    let config = Config::from_json(fields.as_object().expect("it is one").clone()).expect("it is a model");
    language_model(&config, 3, &Placement { device: Device::flex().autodiff(), dtype }).expect("it is drawn")
}

/// The gradients of some loss, in two parts, each put together before they are added up where that is asked for.
fn gradients(model: &LanguageModel, step: i64, together: bool) -> Gathered {
    let mut gathered = Gathered::new();
    for begin in step..step + 2 {
        let tokens = Tensor::<1, Int>::arange(begin..begin + 9, &Device::flex().autodiff());
        let logits = model.forward(tokens.unsqueeze(), &Positions::beginning([9]), &mut NoPast);
        let mut part = Gathered::new();
        part.add(model, logits.square().sum().backward());
        part.pack_those(|_| together);
        gathered.merge(part);
    }
    gathered
}

/// Every parameter and what is remembered of it, after some steps.
fn after(steps: i64, dtype: Dtype, together: bool) -> (LanguageModel, Optimizer) {
    let (mut model, mut optimizer) =
        (model(dtype), Optimizer::new(Settings { weight_decay: 0.3, ..Settings::default() }));
    for step in 0..steps {
        model = stepped(model, &mut optimizer, step, together);
    }
    (model, optimizer)
}

fn stepped(model: LanguageModel, optimizer: &mut Optimizer, step: i64, together: bool) -> LanguageModel {
    let mut gathered = gradients(&model, step, together);
    let apart = gathered.norm();
    // Others in every step, so that what comes together changes.
    gathered.pack_those(|numbers| together && numbers.dims()[0] as i64 > step * 40);
    assert!((gathered.norm() - apart).abs() < 1e-5 * apart);
    gathered.clip(apart / 2.0);
    optimizer.step(model, gathered, 1e-2)
}

fn read(model: &LanguageModel) -> BTreeMap<String, Vec<f32>> {
    let numbers = |tensor: Tensor<1>| tensor.into_data().iter::<f32>().collect();
    values(model, |_| true).into_iter().map(|(name, value)| (name, numbers(value))).collect()
}

#[test]
fn what_comes_together_follows_as_each_does_alone() {
    for (dtype, tolerance) in [(Dtype::F32, 1e-4), (Dtype::Bf16, 1e-2)] {
        let [together, each] = [true, false].map(|together| read(&after(3, dtype, together).0));
        assert!(together.len() > 10 && together.keys().eq(each.keys()));
        for (name, ours) in &together {
            assert!(ours.iter().all(|number| number.is_finite()), "{name}");
            let largest = each[name].iter().fold(0.0_f32, |largest, own| largest.max(own.abs()));
            let apart =
                ours.iter().zip(&each[name]).fold(0.0_f32, |apart, (one, other)| apart.max((one - other).abs()));
            assert!(apart < tolerance * largest, "{name}, {dtype:?}: {apart:e}, where the largest is {largest:e}");
        }
    }
}

#[test]
fn what_comes_together_goes_on_from_a_file() {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("optimizer.safetensors");
    for dtype in [Dtype::F32, Dtype::Bf16] {
        let (model, mut optimizer) = after(2, dtype, true);
        optimizer.save(&file).expect("it is written");
        let mut restored = Optimizer::new(optimizer.settings);
        restored.restore(&file, 2, &Device::flex()).expect("it is read");
        let [ours, theirs] = [&mut restored, &mut optimizer].map(|own| read(&stepped(model.clone(), own, 2, true)));
        assert_eq!(ours, theirs);
    }
}
