//! Any bytes as a manifest, under every preset and the first variants of every ablation: no panic, and a manifest or an
//! error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use millrace_engine::diagnostic::{Palette, Sources, arrange, render};
use millrace_engine::manifest::{Document, Selection, decode, emit};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = decode(bytes) else { return };
    let mut sources = Sources::default();
    let (document, mut diagnostics) = Document::read(&mut sources, "flow.yaml", text);
    let Some(document) = document else {
        assert!(diagnostics.iter().any(|diagnostic| diagnostic.is_error()));
        return;
    };
    let base = Selection { sets: text.lines().take(2).map(str::to_owned).collect(), ..Selection::default() };
    let presets = document.presets().into_iter().map(|name| Selection { presets: vec![name.to_owned()], ..base.clone() });
    let variants = document.ablations(&[]).into_iter().flat_map(|name| document.variants(&[], name).into_iter().take(3));
    let variants = variants.map(|variant| Selection { variant: Some(variant), ..Selection::default() });
    let selections: Vec<_> = presets.take(3).chain(variants.take(6)).chain([Selection::default()]).collect();
    for selection in selections {
        let (manifest, faults) = document.resolve(&mut sources, &selection);
        assert!(manifest.is_some() || faults.iter().any(|fault| fault.is_error()));
        if let Some(manifest) = manifest {
            let _ = emit(&manifest.tree);
        }
        diagnostics.extend(faults);
    }
    let _ = render(&arrange(diagnostics), &sources, 100, Palette::Plain);
});
