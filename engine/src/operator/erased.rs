//! Operators behind trait objects, as graph, plan and run hold them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    Complaint, Context, Destination, ExternalFiles, Fault, FileParameter, Inputs, Known, Need, Operator, Outlook,
    Outputs, Resource, RowOperator, RowWorker, StepOperator, StepWorker, TableOperator,
};
use crate::port::{InputTypes, OutputTypes};

/// What every operator answers, whatever its shape.
pub trait AnyOperator: Send + Sync {
    /// See [`Operator::types`].
    ///
    /// # Errors
    /// All complaints at once.
    fn types(&self, inputs: &InputTypes, files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>>;
    /// See [`Operator::warnings`].
    fn warnings(&self, inputs: &InputTypes) -> Vec<Complaint>;
    /// See [`Operator::files`].
    fn files(&self) -> Vec<FileParameter>;
    /// See [`Operator::resources`].
    fn resources(&self) -> Vec<Resource>;
    /// See [`Operator::known`].
    fn known(&self, outlook: &Outlook<'_>) -> Known;
    /// See [`Operator::needs`].
    fn needs(&self, outlook: &Outlook<'_>) -> Vec<Need>;
    /// See [`Operator::destination`].
    fn destination(&self) -> Option<Destination>;
    /// See [`Operator::prepare`].
    ///
    /// # Errors
    /// As there.
    fn prepare(&self, context: &Context) -> Result<(), Fault>;
    /// See [`Operator::identities`].
    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String>;
}

impl<O: Operator> AnyOperator for O {
    fn types(&self, inputs: &InputTypes, files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        Operator::types(self, inputs, files)
    }

    fn warnings(&self, inputs: &InputTypes) -> Vec<Complaint> {
        Operator::warnings(self, inputs)
    }

    fn files(&self) -> Vec<FileParameter> {
        Operator::files(self)
    }

    fn resources(&self) -> Vec<Resource> {
        Operator::resources(self)
    }

    fn known(&self, outlook: &Outlook<'_>) -> Known {
        Operator::known(self, outlook)
    }

    fn needs(&self, outlook: &Outlook<'_>) -> Vec<Need> {
        Operator::needs(self, outlook)
    }

    fn destination(&self) -> Option<Destination> {
        Operator::destination(self)
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        Operator::prepare(self, context)
    }

    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        Operator::identities(self, files)
    }
}

/// A [`TableOperator`] behind an object.
pub trait AnyTable: AnyOperator {
    /// See [`TableOperator::run`].
    ///
    /// # Errors
    /// As there.
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault>;
}

impl<O: TableOperator> AnyTable for O {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        TableOperator::run(self, inputs, context, outputs)
    }
}

/// A [`RowOperator`] behind an object.
pub trait AnyRow: AnyOperator {
    /// See [`RowOperator::ROWS`].
    fn rows_port(&self) -> &'static str;
    /// See [`RowOperator::PART_ROWS`].
    fn part_rows(&self) -> usize;
    /// See [`RowOperator::CONCURRENCY`].
    fn concurrency(&self) -> usize;
    /// See [`RowOperator::REMEMBERED`].
    fn remembered(&self) -> bool;
    /// See [`RowOperator::open`].
    ///
    /// # Errors
    /// As there.
    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Box<dyn RowWorker>, Fault>;
}

impl<O: RowOperator> AnyRow for O {
    fn rows_port(&self) -> &'static str {
        O::ROWS
    }

    fn part_rows(&self) -> usize {
        O::PART_ROWS
    }

    fn concurrency(&self) -> usize {
        O::CONCURRENCY
    }

    fn remembered(&self) -> bool {
        O::REMEMBERED
    }

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Box<dyn RowWorker>, Fault> {
        Ok(Box::new(RowOperator::open(self, inputs, context)?))
    }
}

/// A [`StepOperator`] behind an object.
pub trait AnyStep: AnyOperator {
    /// See [`StepOperator::start`].
    ///
    /// # Errors
    /// As there.
    fn start(&self, inputs: &Inputs, context: &Context) -> Result<Box<dyn StepWorker>, Fault>;
    /// See [`StepOperator::steps`].
    fn steps(&self) -> Option<u64>;
    /// See [`StepOperator::prolonged_by`].
    fn prolonged_by(&self) -> Option<&'static str>;
}

impl<O: StepOperator> AnyStep for O {
    fn start(&self, inputs: &Inputs, context: &Context) -> Result<Box<dyn StepWorker>, Fault> {
        Ok(Box::new(StepOperator::start(self, inputs, context)?))
    }

    fn steps(&self) -> Option<u64> {
        StepOperator::steps(self)
    }

    fn prolonged_by(&self) -> Option<&'static str> {
        StepOperator::prolonged_by(self)
    }
}

/// One of the three shapes.
#[derive(Clone)]
pub enum Shape {
    /// Whole tables.
    Table(Arc<dyn AnyTable>),
    /// Single rows.
    Row(Arc<dyn AnyRow>),
    /// Steps over a state.
    Step(Arc<dyn AnyStep>),
}

impl Shape {
    /// The operator, its shape forgotten.
    #[must_use]
    pub fn operator(&self) -> &dyn AnyOperator {
        match self {
            Self::Table(operator) => operator.as_ref(),
            Self::Row(operator) => operator.as_ref(),
            Self::Step(operator) => operator.as_ref(),
        }
    }
}
