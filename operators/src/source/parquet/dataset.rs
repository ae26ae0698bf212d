//! Which files of a folder are the dataset's, and which split each belongs to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use engine::diagnostic::closest;
use engine::operator::Complaint;

use crate::complaints::quoted;

/// The Parquet files among those that a pattern names; with a split, those of the split.
pub(super) fn choose(pattern: &str, files: Vec<PathBuf>, split: Option<&str>) -> Result<Vec<PathBuf>, Vec<Complaint>> {
    // One that is named is read whatever it is called.
    if let ([_], None) = (files.as_slice(), split) {
        return Ok(files);
    }
    let is_parquet = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "parquet");
    let files: Vec<PathBuf> = files.into_iter().filter(is_parquet).collect();
    if files.is_empty() {
        let message = format!("`{pattern}` has no file that ends in .parquet");
        return Err(vec![Complaint::parameter("operator::unreadable_file", &["path"], message, "no such file")]);
    }
    let splits: BTreeSet<String> = files.iter().filter_map(|file| split_of(file)).collect();
    match split {
        Some(split) => {
            let chosen: Vec<_> = files.into_iter().filter(|file| split_of(file).as_deref() == Some(split)).collect();
            if chosen.is_empty() { Err(vec![no_split(pattern, split, &splits)]) } else { Ok(chosen) }
        }
        None if splits.len() > 1 => {
            let message = format!("`{pattern}` has the splits {}", quoted(splits.iter().map(String::as_str)));
            let complaint = Complaint::parameter("operator::parameters", &["path"], message, "which of them?");
            Err(vec![complaint.help("choose one with `split`")])
        }
        None => Ok(files),
    }
}

/// The split that a file's name tells: `train-00000-of-00002.parquet`, `train.parquet`, `train/0000.parquet`.
fn split_of(file: &Path) -> Option<String> {
    let stem = file.file_stem()?.to_str()?;
    if let Some((before, _)) = stem.split_once("-of-")
        && let Some((split, shard)) = before.rsplit_once('-')
        && is_number(shard)
    {
        return Some(split.to_owned());
    }
    if is_number(stem) {
        return Some(file.parent()?.file_name()?.to_str()?.to_owned());
    }
    ["train", "validation", "test"].contains(&stem).then(|| stem.to_owned())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn no_split(pattern: &str, split: &str, splits: &BTreeSet<String>) -> Complaint {
    let message = format!("`{pattern}` has no split `{split}`");
    let complaint = Complaint::parameter("operator::parameters", &["split"], message, "no such split");
    let names = || splits.iter().map(String::as_str);
    complaint.help(match closest(split, names()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if splits.is_empty() => "its files are not called by splits: remove `split`".to_owned(),
        None => format!("the splits are {}", quoted(names())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_is_told_by_the_name() {
        let split = |path: &str| split_of(Path::new(path));
        assert_eq!(split("d/data/train-00000-of-00002.parquet").as_deref(), Some("train"));
        assert_eq!(split("d/data/test-hard-00000-of-00001.parquet").as_deref(), Some("test-hard"));
        assert_eq!(split("d/default/validation/0000.parquet").as_deref(), Some("validation"));
        assert_eq!(split("d/test.parquet").as_deref(), Some("test"));
        assert_eq!(split("d/rows.parquet"), None);
    }

    #[test]
    fn several_splits_need_a_choice() {
        let files =
            || ["d/train-00000-of-00001.parquet", "d/test-00000-of-00001.parquet", "d/README.md"].map(PathBuf::from);
        let message = choose("d", files().into(), None).map_err(|complaints| complaints[0].message.clone());
        assert_eq!(message, Err("`d` has the splits `test`, `train`".to_owned()));
        assert_eq!(
            choose("d", files().into(), Some("train")),
            Ok(vec![PathBuf::from("d/train-00000-of-00001.parquet")])
        );
        let help = choose("d", files().into(), Some("tran")).map_err(|complaints| complaints[0].help.clone());
        assert_eq!(help, Err(Some("did you mean `train`?".to_owned())));
    }
}
