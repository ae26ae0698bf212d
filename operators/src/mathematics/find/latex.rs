//! LaTeX between its signs in a text: `$...$`, `\(...\)`, `\[...\]`, and fractions without any.

/// LaTeX with nothing but commas, `and` and `or` between its parts.
#[derive(Clone, Debug)]
pub(super) struct Group<'a> {
    /// Bytes of the text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) parts: Vec<Part<'a>>,
}

#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) content: &'a str,
    /// Whether a sign for percent follows.
    pub(super) is_percent: bool,
}

/// How many parts a group has at most.
const PARTS: usize = 6;

impl Group<'_> {
    /// As it stands in a text that begins so many bytes before.
    pub(super) fn moved(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by, ..self }
    }
}

/// Every group of the text whose parts are wanted.
pub(super) fn groups(text: &str, wanted: impl Fn(&str) -> bool) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some((content, end)) = environment(text, at).filter(|(content, _)| wanted(content)) else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let (is_percent, end) = percent(text, end);
        let part = Part { content, is_percent };
        match groups.last_mut() {
            Some(group) if group.parts.len() < PARTS && joins(&text[group.end..at]) => {
                group.parts.push(part);
                group.end = end;
            }
            _ => groups.push(Group { start: at, end, parts: vec![part] }),
        }
        at = end;
    }
    groups
}

/// Whether what stands between two parts joins them.
fn joins(between: &str) -> bool {
    matches!(between.trim(), "," | "and" | "or" | ",and" | ",or" | ", and" | ", or")
}

/// The LaTeX that begins here, and where it ends.
fn environment(text: &str, at: usize) -> Option<(&str, usize)> {
    let rest = &text[at..];
    let before = text[..at].chars().next_back();
    if before == Some('\\') {
        return None;
    }
    if let Some(inside) = rest.strip_prefix("$$") {
        return closed(inside, "$$", at + 2);
    }
    if let Some(inside) = rest.strip_prefix("\\[") {
        return closed(inside, "\\]", at + 2);
    }
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    if let Some(inside) = line.strip_prefix("\\(") {
        return closed(inside, "\\)", at + 2);
    }
    if let Some(inside) = line.strip_prefix('$') {
        return if before.is_some_and(|sign| sign.is_ascii_digit()) { None } else { closed(inside, "$", at + 1) };
    }
    fraction(line).map(|length| (&line[..length], at + length))
}

fn closed<'a>(inside: &'a str, close: &str, from: usize) -> Option<(&'a str, usize)> {
    let ends = inside.match_indices(close).map(|(end, _)| end);
    let end = ends.into_iter().find(|end| *end > 0 && !inside[..*end].ends_with('\\'))?;
    Some((&inside[..end], from + end + close.len()))
}

/// `\frac{1}{2}` of numbers.
fn fraction(line: &str) -> Option<usize> {
    let number = |text: &str| {
        let digits = text.strip_prefix('{')?.find('}')?;
        let inside = text[1..=digits].trim_start_matches('-');
        let is_number = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte));
        is_number.then_some(digits + 2)
    };
    let sign = usize::from(line.starts_with('-'));
    let behind = line[sign..].strip_prefix("\\frac")?;
    let first = number(behind)?;
    Some(sign + 5 + first + number(&behind[first..])?)
}

/// Whether a sign for percent follows, and where that ends.
pub(super) fn percent(text: &str, end: usize) -> (bool, usize) {
    let rest = text[end..].trim_start();
    let signs = ["\\%", "%", "percentage", "Percentage", "percent", "Percent", "pct", "Pct"];
    match signs.iter().find(|sign| rest.starts_with(**sign)) {
        Some(sign) => (true, text.len() - rest.len() + sign.len()),
        None => (false, end),
    }
}
