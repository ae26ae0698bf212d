//! A checkpoint's weights into a model. Owns which stored names are no parameters.

use burn::module::Module;

use super::{Checkpoint, CheckpointError};
use crate::config::Head;
use crate::decoder::{LanguageModel, RewardModel};
use crate::weights::{Account, Placement, Stored, WeightsError, fill};

const HEAD: &str = "lm_head.weight";
const EMBEDDING: &str = "model.embed_tokens.weight";

impl Checkpoint {
    /// The language model.
    pub fn language_model(&self, placement: &Placement) -> Result<LanguageModel, CheckpointError> {
        self.require(Head::Language)?;
        self.load(LanguageModel::unfilled(self.config(), &placement.device), placement)
    }

    /// The reward model.
    pub fn reward_model(&self, placement: &Placement) -> Result<RewardModel, CheckpointError> {
        self.require(Head::Reward)?;
        self.load(RewardModel::unfilled(self.config(), &placement.device), placement)
    }

    fn require(&self, head: Head) -> Result<(), CheckpointError> {
        let found = self.config().architecture;
        let wanted = self.config().with_head(head).architecture;
        let fault =
            || CheckpointError::Head { path: self.folder().to_owned(), found: found.name(), wanted: wanted.name() };
        if found == wanted { Ok(()) } else { Err(fault()) }
    }

    fn load<M: Module>(&self, module: M, placement: &Placement) -> Result<M, CheckpointError> {
        let fault = |source| CheckpointError::Weights { path: self.folder().to_owned(), source };
        let stored = Stored::open(self.folder()).map_err(fault)?;
        let (module, mut account) = fill(module, &stored, placement).map_err(fault)?;
        self.settle(&stored, &mut account).map_err(fault)?;
        if account.is_settled() { Ok(module) } else { Err(fault(WeightsError::Mismatch(account))) }
    }

    /// Takes what is stored without being a parameter off the account: the frequencies that older Llamas keep, and a
    /// copy of the embedding where it is the head too.
    fn settle(&self, stored: &Stored, account: &mut Account) -> Result<(), WeightsError> {
        account.unexpected.retain(|name| !name.ends_with(".rotary_emb.inv_freq"));
        let tensors = stored.tensors();
        if let (true, Some(head), Some(embedding)) = (self.config().tied, tensors.get(HEAD), tensors.get(EMBEDDING)) {
            if head.dtype != embedding.dtype || head.bytes() != embedding.bytes() {
                return Err(WeightsError::Untied { head: HEAD.to_owned(), embedding: EMBEDDING.to_owned() });
            }
            account.unexpected.retain(|name| name != HEAD);
        }
        Ok(())
    }
}
