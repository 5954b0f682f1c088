//! Life of the process: start, serve, stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use leptos::config::LeptosOptions;
use synchronizer_domain::{Clock, Rng};
use synchronizer_jobs::{Handler, Worker, WorkerSettings};
use synchronizer_services::{
    AwayCheck, Changes, ConnectionCheck, Core, Housekeeping, KeepLink, ReadList, Remind,
    RevokeToken, RunBatch, SendMail, TellOperator,
};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::http;
use crate::startup::{StartError, build_core, connect};
use crate::state::AppState;

/// Open streams get this long to end before they are cut.
const GRACE: Duration = Duration::from_secs(3);

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// Portal and worker.
    All,
    /// Pages only.
    Portal,
    /// Jobs only; health and readiness are still served.
    Worker,
}

/// A started process.
pub struct Running {
    /// The address it listens on.
    pub address: SocketAddr,
    /// The use cases.
    pub core: Core,
    /// The worker, which tests may drive by hand.
    pub worker: Arc<Worker>,
    stop: Arc<Notify>,
    stops: Vec<Arc<Notify>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Asks everything to end and waits for it.
    pub async fn stop(self) {
        self.stop.notify_one();
        for stop in &self.stops {
            stop.notify_one();
        }
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Starts a process with this configuration, clock and randomness.
///
/// # Errors
/// [`StartError`] names what is wrong; nothing keeps running then.
pub async fn start(
    config: &Config,
    role: Role,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
) -> Result<Running, StartError> {
    config.validate()?;
    let listener = TcpListener::bind(config.server.listen)
        .await
        .map_err(|error| {
            StartError::Io(
                format!("server.listen: {} cannot be used", config.server.listen),
                error,
            )
        })?;
    let address = listener
        .local_addr()
        .map_err(|error| StartError::Io("the listening address is unknown".to_owned(), error))?;
    let storage = connect(config).await?;
    let core = build_core(
        config,
        Arc::clone(&storage),
        Arc::clone(&clock),
        Arc::clone(&rng),
    )?;
    let changes = Changes::new();
    let mut tasks = Vec::new();
    let mut stops = Vec::new();
    let mut next_stop = || {
        let stop = Arc::new(Notify::new());
        stops.push(Arc::clone(&stop));
        stop
    };

    let worker = worker(config, &core, &*rng);
    if role != Role::Portal {
        tasks.push(tokio::spawn(Arc::clone(&worker).run(next_stop())));
        tasks.push(tokio::spawn(Housekeeping(core.clone()).run(next_stop())));
    }
    if role != Role::Worker {
        tasks.push(tokio::spawn(
            Arc::clone(&changes).run(Arc::clone(&storage), next_stop()),
        ));
    }

    let state = AppState {
        core: core.clone(),
        changes,
        leptos: leptos_options(config, address),
        public_url: config.server.public_url.clone(),
        limiter: Arc::default(),
        client_address: config.server.client_address_header.parse().ok(),
    };
    let router = if role == Role::Worker {
        http::worker_router(state)
    } else {
        http::router(state)
    };
    let stop = Arc::new(Notify::new());
    tasks.push(tokio::spawn(serve(listener, router, Arc::clone(&stop))));
    Ok(Running {
        address,
        core,
        worker,
        stop,
        stops,
        tasks,
    })
}

async fn serve(listener: TcpListener, router: axum::Router, stop: Arc<Notify>) {
    // Without it streamed pages wait for the peer's delayed acknowledgement.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let stopping = Arc::new(Notify::new());
    let signal = {
        let stopping = Arc::clone(&stopping);
        async move {
            stop.notified().await;
            stopping.notify_one();
        }
    };
    let server = axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(signal)
    .into_future();
    tokio::select! {
        ended = server => {
            if let Err(error) = ended {
                tracing::error!(error = %error, "the server ended");
            }
        }
        () = async {
            stopping.notified().await;
            tokio::time::sleep(GRACE).await;
        } => {}
    }
}

fn worker(config: &Config, core: &Core, rng: &dyn Rng) -> Arc<Worker> {
    let mut tag = [0u8; 4];
    rng.fill(&mut tag);
    let name = format!(
        "{}-{}",
        std::process::id(),
        tag.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    );
    let handlers: Vec<Arc<dyn Handler>> = vec![
        Arc::new(SendMail::new(core.clone())),
        Arc::new(ConnectionCheck(core.clone())),
        Arc::new(AwayCheck(core.clone())),
        Arc::new(ReadList(core.clone())),
        Arc::new(KeepLink(core.clone())),
        Arc::new(Remind(core.clone())),
        Arc::new(RevokeToken(core.clone())),
        Arc::new(TellOperator(core.clone())),
        Arc::new(RunBatch(core.clone())),
    ];
    Worker::new(
        Arc::clone(&core.storage),
        Arc::clone(&core.clock),
        Arc::clone(&core.rng),
        handlers,
        WorkerSettings {
            lease: config.jobs.lease(),
            ..WorkerSettings::named(name)
        },
        core.wake.clone(),
    )
}

fn leptos_options(config: &Config, address: SocketAddr) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("synchronizer")
        .site_root(config.server.site_root.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .site_addr(address)
        .build()
}
