//! The walk: back to what a row was made of, forth to what became of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::index;
use crate::cache::{Cache, CacheError, Entry};
use crate::operator::Shape;
use crate::plan::{Plan, Task};
use crate::row::{Cell, Row};
use crate::table::{Table, TableError};

/// A row's way, in the order of the pipeline.
#[derive(Clone, Debug, Serialize)]
pub struct Trace {
    /// The row's whole id.
    pub id: String,
    /// Where it, its ancestors and its descendants were.
    pub appearances: Vec<Appearance>,
}

/// A row at a node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Appearance {
    /// The node.
    pub node: String,
    /// Its operator.
    pub operator: String,
    /// The row's id there.
    pub id: String,
    /// What it is to the row that was asked for.
    pub relation: Relation,
    /// What the node did with it.
    #[serde(flatten)]
    pub fate: Fate,
    /// The columns that the node added or changed, as they can be printed.
    pub added: Vec<(String, Cell)>,
}

/// What a row is to the row that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// It was made of this one.
    Ancestor,
    /// It is this one.
    Itself,
    /// This one was made of it.
    Descendant,
}

/// What a node did with a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "fate", rename_all = "lowercase")]
pub enum Fate {
    /// It is in this output.
    Given {
        /// The output port.
        port: String,
    },
    /// It came in, and nothing of it went out.
    Dropped,
    /// It has no result.
    Failed {
        /// Why.
        reason: String,
    },
}

/// A row that cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// No finished output has it.
    #[error("no row of a finished node has an id that begins with `{0}`; `millrace show` prints ids")]
    Unknown(String),
    /// Several rows begin so.
    #[error("{} rows have an id that begins with `{beginning}`, such as {}", found.len(), found.iter().take(3).cloned().collect::<Vec<_>>().join(", "))]
    Ambiguous {
        /// What was asked for.
        beginning: String,
        /// The ids.
        found: Vec<String>,
    },
    /// An output cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The cache cannot be read.
    #[error(transparent)]
    Cache(#[from] CacheError),
}

/// Follows the row whose id begins with `beginning` through the finished outputs of a plan.
///
/// # Errors
/// See [`TraceError`].
pub fn trace(plan: &Plan, cache: &Cache, beginning: &str) -> Result<Trace, TraceError> {
    let outputs = Outputs::open(plan, cache)?;
    let id = outputs.whole_id(beginning)?;
    let mut appearances = Vec::new();
    let (ancestors, descendants) = (outputs.ancestors(&id)?, outputs.descendants(&id)?);
    for (place, task) in plan.tasks.iter().enumerate() {
        for (relation, rows) in [(Relation::Ancestor, &ancestors), (Relation::Descendant, &descendants)] {
            for (own, fate) in rows.get(&place).into_iter().flatten() {
                let relation = if *own == id { Relation::Itself } else { relation };
                let added = outputs.added(place, own, fate)?;
                let (node, operator) = (task.node.name.clone(), task.node.registration.name.to_owned());
                appearances.push(Appearance { node, operator, id: own.clone(), relation, fate: fate.clone(), added });
            }
        }
    }
    Ok(Trace { id, appearances })
}

/// By task: rows and their fates.
type Rows = BTreeMap<usize, BTreeSet<(String, Fate)>>;

/// The finished outputs of a plan.
struct Outputs<'a> {
    plan: &'a Plan,
    entries: Vec<Option<Entry>>,
    tables: BTreeMap<(usize, String), Table>,
}

impl<'a> Outputs<'a> {
    fn open(plan: &'a Plan, cache: &Cache) -> Result<Self, TraceError> {
        let find = |task: &Task| cache.find(&task.fingerprint?).present();
        let entries: Vec<Option<Entry>> = plan.tasks.iter().map(find).collect();
        let mut tables = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            let Some(entry) = entry else { continue };
            for (port, _) in entry.ports() {
                if let Some(table) = entry.table(port)? {
                    tables.insert((place, port.to_owned()), table);
                }
            }
        }
        Ok(Self { plan, entries, tables })
    }

    fn whole_id(&self, beginning: &str) -> Result<String, TraceError> {
        let mut found = BTreeSet::new();
        for table in self.tables.values() {
            index::beginning_with(table, beginning, &mut found)?;
        }
        if found.contains(beginning) {
            return Ok(beginning.to_owned());
        }
        let mut found: Vec<String> = found.into_iter().collect();
        match found.len() {
            0 => Err(TraceError::Unknown(beginning.to_owned())),
            1 => Ok(found.remove(0)),
            _ => Err(TraceError::Ambiguous { beginning: beginning.to_owned(), found }),
        }
    }

    /// Rows that the row was made of and that have another id, where they were given.
    fn ancestors(&self, id: &str) -> Result<Rows, TraceError> {
        let mut wanted: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        let mut rows = Rows::new();
        for place in (0..self.plan.tasks.len()).rev() {
            let mut ids = wanted.remove(&place).unwrap_or_default();
            for port in self.ports(place) {
                for ancestor in self.given(place, port, &ids)? {
                    rows.entry(place).or_default().insert((ancestor, Fate::Given { port: port.to_owned() }));
                }
            }
            ids.insert(id.to_owned());
            for (producer, parents) in self.parents(place, &ids)? {
                wanted.entry(producer).or_default().extend(parents.into_iter().filter(|parent| parent != id));
            }
        }
        Ok(rows)
    }

    /// The row itself and what was made of it, with every node's decision.
    fn descendants(&self, id: &str) -> Result<Rows, TraceError> {
        let mut rows = Rows::new();
        let mut known: BTreeMap<(usize, String), BTreeSet<String>> = BTreeMap::new();
        for place in 0..self.plan.tasks.len() {
            let mut reached = BTreeSet::new();
            for port in self.ports(place) {
                let mut ids = self.given(place, port, &BTreeSet::from([id.to_owned()]))?;
                ids.extend(self.children(place, port, &known, &mut reached)?);
                for own in &ids {
                    rows.entry(place).or_default().insert((own.clone(), Fate::Given { port: port.to_owned() }));
                    reached.insert(own.clone());
                }
                known.insert((place, port.to_owned()), ids);
            }
            for lost in self.incoming(place, &known).difference(&reached) {
                if let Some(fate) = self.lost(place, lost)? {
                    rows.entry(place).or_default().insert((lost.clone(), fate));
                }
            }
        }
        Ok(rows)
    }

    /// Ids of a port that came of known rows; the rows that they came of are added to `reached`.
    fn children(
        &self,
        place: usize,
        port: &str,
        known: &BTreeMap<(usize, String), BTreeSet<String>>,
        reached: &mut BTreeSet<String>,
    ) -> Result<BTreeSet<String>, TraceError> {
        let incoming = self.incoming(place, known);
        let Some((entry, input, port_index)) = self.row_work(place, port) else {
            return self.given(place, port, &incoming);
        };
        let parents = index::numbers(input, &incoming)?;
        let origins = index::origins(entry, port_index)?;
        let numbers: BTreeSet<usize> =
            (0..origins.len()).filter(|number| parents.contains_key(&origins[*number])).collect();
        reached.extend(numbers.iter().filter_map(|number| parents.get(&origins[*number]).cloned()));
        let table = &self.tables[&(place, port.to_owned())];
        Ok(index::ids(table, &numbers)?.into_values().collect())
    }

    /// By producer: the rows that rows of this task were made of.
    fn parents(&self, place: usize, ids: &BTreeSet<String>) -> Result<BTreeMap<usize, BTreeSet<String>>, TraceError> {
        let mut parents: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for port in self.ports(place) {
            let Some((entry, input, port_index)) = self.row_work(place, port) else { continue };
            let numbers = index::numbers(&self.tables[&(place, port.to_owned())], ids)?;
            let origins = index::origins(entry, port_index)?;
            let inputs = numbers.keys().filter_map(|number| origins.get(*number).copied()).collect();
            let producer = self.rows_input(place).map(|(producer, _)| producer);
            parents.entry(producer.unwrap_or(place)).or_default().extend(index::ids(input, &inputs)?.into_values());
        }
        for input in self.plan.tasks[place].inputs.values() {
            parents.entry(input.task).or_default().extend(ids.iter().cloned());
        }
        Ok(parents)
    }

    /// Known rows of every input.
    fn incoming(&self, place: usize, known: &BTreeMap<(usize, String), BTreeSet<String>>) -> BTreeSet<String> {
        let inputs = self.plan.tasks[place].inputs.values();
        let ids = inputs.filter_map(|input| known.get(&(input.task, input.output.clone())));
        ids.flatten().cloned().collect()
    }

    /// Those of `ids` that are in a port.
    fn given(&self, place: usize, port: &str, ids: &BTreeSet<String>) -> Result<BTreeSet<String>, TraceError> {
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let numbers = index::numbers(&self.tables[&(place, port.to_owned())], ids)?;
        Ok(numbers.into_values().collect())
    }

    /// Why a row that came in did not go out; none where the node has no rows that could tell.
    fn lost(&self, place: usize, id: &str) -> Result<Option<Fate>, TraceError> {
        let Some(entry) = &self.entries[place] else { return Ok(None) };
        if let Some(reason) = index::failure(entry, id)? {
            return Ok(Some(Fate::Failed { reason }));
        }
        let tells = self.ports(place).next().is_some();
        Ok(tells.then_some(Fate::Dropped))
    }

    /// The columns of a given row that the node's inputs do not have.
    fn added(&self, place: usize, id: &str, fate: &Fate) -> Result<Vec<(String, Cell)>, TraceError> {
        let Fate::Given { port } = fate else { return Ok(Vec::new()) };
        let inputs = self.plan.tasks[place].inputs.values();
        let passed: BTreeSet<&str> = inputs
            .filter_map(|input| self.tables.get(&(input.task, input.output.clone())))
            .flat_map(|table| table.schema.fields().iter().map(|field| field.name().as_str()))
            .collect();
        if passed.is_empty() {
            return Ok(Vec::new());
        }
        for batch in self.tables[&(place, port.clone())].batches() {
            let batch = std::sync::Arc::new(batch?);
            let mut rows = (0..batch.num_rows()).map(|row| Row::new(batch.clone(), row));
            if let Some(row) = rows.find(|row| row.id() == id) {
                let cells = row.cells().filter(|(name, _)| !passed.contains(name));
                return Ok(cells.map(|(name, cell)| (name.to_owned(), cell)).collect());
            }
        }
        Ok(Vec::new())
    }

    fn ports(&self, place: usize) -> impl Iterator<Item = &str> {
        let of_task = (place, String::new())..(place + 1, String::new());
        self.tables.range(of_task).map(|((_, port), _)| port.as_str())
    }

    /// For a row operator with ledgers: its entry, its input's rows, and the port's place among its outputs.
    fn row_work(&self, place: usize, port: &str) -> Option<(&Entry, &Table, usize)> {
        let entry = self.entries[place].as_ref().filter(|entry| entry.commits() > 0)?;
        let (producer, output) = self.rows_input(place)?;
        let input = self.tables.get(&(producer, output.to_owned()))?;
        let outputs = (self.plan.tasks[place].node.registration.outputs)();
        Some((entry, input, outputs.iter().position(|output| output.name == port)?))
    }

    fn rows_input(&self, place: usize) -> Option<(usize, &str)> {
        let task = &self.plan.tasks[place];
        let Shape::Row(operator) = &task.node.configured.shape else { return None };
        task.inputs.get(operator.rows_port()).map(|input| (input.task, input.output.as_str()))
    }
}
