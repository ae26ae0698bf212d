//! The names of an adapter's parameters: in a module, and in the files of PEFT. Owns the way from one to the other.

/// Where an adapter's matrices are in a module, and what PEFT calls them.
const MATRICES: [(&str, &str); 2] = [(".lora.down", ".lora_A.weight"), (".lora.up", ".lora_B.weight")];

/// The model that PEFT wraps, and its own wrapper.
const PREFIX: &str = "base_model.model.";

/// Whether this is the path of an adapter's parameter.
pub(super) fn is_adapter(path: &str) -> bool {
    MATRICES.iter().any(|(own, _)| path.ends_with(own))
}

/// What a parameter is called in a file.
pub(super) fn stored(path: &str) -> String {
    let renamed = MATRICES.iter().find_map(|(own, theirs)| Some(format!("{}{theirs}", path.strip_suffix(own)?)));
    format!("{PREFIX}{}", renamed.as_deref().unwrap_or(path))
}

/// The path of a parameter that is called so in a file.
pub(super) fn path(stored: &str) -> Option<String> {
    let name = stored.strip_prefix(PREFIX)?;
    let renamed = MATRICES.iter().find_map(|(own, theirs)| Some(format!("{}{own}", name.strip_suffix(theirs)?)));
    Some(renamed.unwrap_or_else(|| name.to_owned()))
}

/// Whether a module is one of those that are named, each by its whole path or the end of it.
pub(super) fn is_named(module: &str, names: &[String]) -> bool {
    names
        .iter()
        .any(|name| module == name || module.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with('.')))
}

/// The module that a parameter belongs to.
pub(super) fn owner(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(owner, _)| owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_called_as_peft_calls_them() {
        let called = [
            ("model.layers.0.self_attn.q_proj.lora.down", "model.layers.0.self_attn.q_proj.lora_A.weight"),
            ("model.layers.1.mlp.up_proj.lora.up", "model.layers.1.mlp.up_proj.lora_B.weight"),
            ("score.weight", "score.weight"),
        ];
        for (own, theirs) in called {
            assert_eq!(stored(own), format!("{PREFIX}{theirs}"));
            assert_eq!(path(&stored(own)).as_deref(), Some(own));
        }
    }

    #[test]
    fn modules_are_named_by_whole_steps_of_their_paths() {
        let names = |name: &str| is_named("model.layers.0.mlp.up_proj", &[name.to_owned()]);
        assert!(names("up_proj") && names("mlp.up_proj") && names("model.layers.0.mlp.up_proj"));
        assert!(!names("proj") && !names("p.up_proj") && !names("mlp"));
    }
}
