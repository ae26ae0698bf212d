//! `millrace serve`: a checkpoint for whoever speaks OpenAI's interface.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use models::checkpoint::Checkpoint;
use models::generate::Opening;
use tokio::net::TcpListener;

use crate::cli::Serve;
use crate::exit::{Exit, Failure};
use crate::serve::{Served, router};

/// Opens the checkpoint, and answers until it is told to stop.
pub fn execute(arguments: &Serve, out: &mut dyn Write) -> Result<Exit, Failure> {
    let opening = opening(arguments)?;
    let served = Served { name: name(arguments), generator: opening.open().map_err(Failure::engine)? };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(&arguments.address).await.map_err(|error| {
            Failure::Usage(format!("cannot listen on {}: {error}; choose another `--address`", arguments.address))
        })?;
        writeln!(out, "{} is served at http://{}/v1; Ctrl-C ends it", served.name, listener.local_addr()?)?;
        out.flush()?;
        let stop = async { drop(tokio::signal::ctrl_c().await) };
        axum::serve(listener, router(Arc::new(served))).with_graceful_shutdown(stop).await?;
        Ok(Exit::Done)
    })
}

fn opening(arguments: &Serve) -> Result<Opening, Failure> {
    let checkpoint = Checkpoint::open(&arguments.checkpoint).map_err(|error| Failure::Usage(error.to_string()))?;
    let device = arguments.device.parse().map_err(|error| Failure::Usage(format!("`--device`: {error}")))?;
    let cache = (arguments.cache_gib * f64::from(1 << 30)) as u64;
    Ok(Opening { checkpoint, dtype: arguments.dtype, device, cache, now: Opening::any_day() })
}

/// What clients call the model: the folder's name where nothing else is said.
fn name(arguments: &Serve) -> String {
    let folder = arguments.checkpoint.canonicalize().unwrap_or_else(|_| arguments.checkpoint.clone());
    let own = || Path::new(&folder).file_name().map(|name| name.to_string_lossy().into_owned());
    arguments.name.clone().or_else(own).unwrap_or_else(|| "model".to_owned())
}
