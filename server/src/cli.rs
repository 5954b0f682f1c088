//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use secrecy::ExposeSecret;
use synchronizer_domain::ids::ContextId;
use synchronizer_domain::tenant::TenantState;

use crate::config::{Config, ConfigError, example};
use crate::lifecycle::{Role, start};
use crate::startup::{StartError, build_core, connect};
use crate::system::{OsRng, SystemClock};
use crate::telemetry;

/// Exit code: the configuration or the arguments are wrong.
const EXIT_CONFIG: u8 = 2;
/// Exit code: the process could not start or go on.
const EXIT_FAILED: u8 = 1;

/// Keeps SuperOffice diaries in step with people's calendars.
///
/// Exit codes: 0 done, 1 failed, 2 wrong configuration or arguments.
#[derive(Debug, Parser)]
#[command(name = "synchronizer", version)]
pub struct Cli {
    /// The configuration file; `synchronizer.toml` in the present folder when it exists.
    #[arg(long, global = true, env = "SYNCHRONIZER_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the portal and do the background work.
    Serve {
        /// What this process does.
        #[arg(long, value_enum, default_value = "all")]
        role: Role,
    },
    /// Apply missing database migrations and end.
    Migrate,
    /// What only the operator may do.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Check, show or start a configuration.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Run local stand-ins for SuperOffice, Microsoft 365, Exchange, Google and a mail server.
    #[cfg(feature = "sandbox")]
    Sandbox(Box<sandbox::SandboxArgs>),
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Stop a company: no mails, no activations, nothing can be changed; nothing is deleted.
    Suspend {
        /// The SuperOffice customer, such as Cust12345.
        customer: String,
    },
    /// Let a suspended company go on.
    Resume {
        /// The SuperOffice customer, such as Cust12345.
        customer: String,
    },
    /// Seal everything stored with the first key of `vault.keys`, so that older ones can go.
    ///
    /// Portals may run meanwhile, once all of them have the new key. It can be ended and
    /// begun again. Exit code 0 says that no other key is needed any more.
    RotateKeys,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Say whether the configuration can be used, and what to do if not.
    Check,
    /// Print a commented example.
    Example,
    /// Print a new key for `vault.keys`.
    Key {
        /// The key's id, 1-255; must differ from the ids in use.
        #[arg(long, default_value_t = 1)]
        id: u8,
    },
}

#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[cfg(feature = "sandbox")]
    #[error("the sandbox cannot start")]
    Sandbox(#[from] synchronizer_sandbox::SandboxError),
    #[error("the database cannot be used")]
    Storage(#[from] synchronizer_storage::StorageError),
    #[error(
        "{0} value(s) still need another key than the newest: keep that key, and see docs/operations.md"
    )]
    KeysNeeded(u64),
    #[error("{0} has not signed up here")]
    UnknownCustomer(String),
    #[error("the interrupt signal cannot be waited for")]
    Signal(#[source] std::io::Error),
}

/// Runs a command.
pub async fn run(cli: Cli) -> ExitCode {
    match execute(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_error(&error);
            let config = matches!(
                error,
                CliError::Config(_) | CliError::Start(StartError::Config(_) | StartError::Vault(_))
            );
            ExitCode::from(if config { EXIT_CONFIG } else { EXIT_FAILED })
        }
    }
}

async fn execute(cli: Cli) -> Result<(), CliError> {
    match cli.command {
        Command::Serve { role } => serve(&Config::load(cli.config.as_deref())?, role).await,
        Command::Migrate => {
            let config = Config::load(cli.config.as_deref())?;
            synchronizer_storage_sql::migrate(&config.database.url)
                .await
                .map_err(StartError::from)?;
            say("The database has all migrations.");
            Ok(())
        }
        Command::Admin { command } => {
            let config = Config::load(cli.config.as_deref())?;
            match command {
                AdminCommand::Suspend { customer } => {
                    set_state(&config, customer, TenantState::Suspended).await
                }
                AdminCommand::Resume { customer } => {
                    set_state(&config, customer, TenantState::Active).await
                }
                AdminCommand::RotateKeys => rotate_keys(&config).await,
            }
        }
        Command::Config {
            command: ConfigCommand::Check,
        } => {
            let config = Config::load(cli.config.as_deref())?;
            config.validate()?;
            say("The configuration can be used.");
            for hint in config.hints() {
                say(&format!("hint: {hint}"));
            }
            Ok(())
        }
        Command::Config {
            command: ConfigCommand::Example,
        } => {
            say(example().trim_end());
            Ok(())
        }
        Command::Config {
            command: ConfigCommand::Key { id },
        } => {
            say(synchronizer_vault::fresh_key(&OsRng, id.max(1)).expose_secret());
            Ok(())
        }
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => sandbox::run(*args).await,
    }
}

async fn set_state(config: &Config, customer: String, state: TenantState) -> Result<(), CliError> {
    let storage = connect(config).await?;
    let core = build_core(config, storage, Arc::new(SystemClock), Arc::new(OsRng))?;
    let context = ContextId::new(customer.as_str());
    if core.set_company_state(&context, state).await? {
        say(match state {
            TenantState::Active => "The company goes on.",
            TenantState::Suspended => "The company is suspended.",
        });
        Ok(())
    } else {
        Err(CliError::UnknownCustomer(customer))
    }
}

async fn rotate_keys(config: &Config) -> Result<(), CliError> {
    telemetry::start(config.log.json);
    let storage = connect(config).await?;
    let core = build_core(config, storage, Arc::new(SystemClock), Arc::new(OsRng))?;
    let rotated = core
        .rotate_keys(|column| {
            say(&format!(
                "{:22} {:>7} sealed anew, {} unreadable, {} left",
                column.place.word(),
                column.anew,
                column.unreadable,
                column.left
            ));
        })
        .await?;
    match rotated.iter().map(|column| column.left).sum() {
        0 => {
            say("Everything is sealed with the first key; the others can be removed.");
            Ok(())
        }
        left => Err(CliError::KeysNeeded(left)),
    }
}

async fn serve(config: &Config, role: Role) -> Result<(), CliError> {
    telemetry::start(config.log.json);
    let running = start(config, role, Arc::new(SystemClock), Arc::new(OsRng)).await?;
    tracing::info!(address = %running.address, public_url = %config.server.public_url, "ready");
    wait_for_end().await?;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

/// Waits for an interrupt or a termination.
async fn wait_for_end() -> Result<(), CliError> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(CliError::Signal)?;
    tokio::select! {
        ended = tokio::signal::ctrl_c() => ended.map_err(CliError::Signal),
        _ = terminate.recv() => Ok(()),
    }
}

#[expect(clippy::print_stdout, reason = "the answer of a command")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(
    clippy::print_stderr,
    reason = "the refusal of a command, before logging started"
)]
fn say_error(error: &CliError) {
    eprintln!("{error}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        eprintln!("  because: {cause}");
        source = cause.source();
    }
}

#[cfg(feature = "sandbox")]
mod sandbox {
    //! `synchronizer sandbox`.

    use std::net::SocketAddr;

    use clap::Args;
    use synchronizer_sandbox::{SandboxOptions, start};

    use super::{CliError, say, wait_for_end};

    /// Addresses of the stand-ins; loopback only.
    #[derive(Debug, Args)]
    pub struct SandboxArgs {
        /// The portal that may be returned to.
        #[arg(long, default_value = "http://localhost:8080")]
        portal: String,
        /// SuperOffice's stand-in.
        #[arg(long, default_value = "127.0.0.1:8081")]
        superoffice: SocketAddr,
        /// Microsoft's stand-in.
        #[arg(long, default_value = "127.0.0.1:8082")]
        microsoft: SocketAddr,
        /// Exchange's stand-in.
        #[arg(long, default_value = "127.0.0.1:8084")]
        exchange: SocketAddr,
        /// Google's stand-in.
        #[arg(long, default_value = "127.0.0.1:8085")]
        google: SocketAddr,
        /// The mail server.
        #[arg(long, default_value = "127.0.0.1:8025")]
        smtp: SocketAddr,
        /// The mail server's inbox.
        #[arg(long, default_value = "127.0.0.1:8083")]
        inbox: SocketAddr,
    }

    /// Runs the stand-ins until interrupted.
    pub(super) async fn run(args: SandboxArgs) -> Result<(), CliError> {
        crate::telemetry::start(false);
        let sandbox = start(SandboxOptions {
            superoffice: args.superoffice,
            microsoft: args.microsoft,
            exchange: args.exchange,
            google: args.google,
            smtp: args.smtp,
            inbox: args.inbox,
            redirect_uris: vec![args.portal],
            ..SandboxOptions::default()
        })
        .await?;
        say(&format!(
            "SuperOffice  {}\nMicrosoft    {}\nExchange     {}\nGoogle       {}\nSMTP         {}\nInbox        {}",
            sandbox.superoffice_url(),
            sandbox.microsoft_url(),
            sandbox.exchange_url(),
            sandbox.google_url(),
            sandbox.smtp_addr(),
            sandbox.inbox_url()
        ));
        wait_for_end().await?;
        sandbox.shutdown().await;
        Ok(())
    }
}
