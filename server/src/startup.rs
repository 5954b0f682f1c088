//! Builds the parts from the configuration.

use std::sync::Arc;

use secrecy::ExposeSecret;
use synchronizer_domain::{Clock, Rng};
use synchronizer_jobs::Wake;
use synchronizer_mail::{MailError, Smtp, SmtpSettings, Templates};
use synchronizer_providers::{
    Caldav, Exchange, Google, GuardedClient, IssuerRule, Microsoft, OidcConfig, OidcProvider,
    OutboundPolicy, ProviderError, SuperOffice, System, http,
};
use synchronizer_services::{Core, Pace, Parts, Settings, StoredHosts};
use synchronizer_storage::{Storage, StorageError};
use synchronizer_vault::{KeyError, Vault};
use url::Url;

use crate::config::{Config, ConfigError};

/// The process cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A key of the vault is wrong.
    #[error("the vault's keys cannot be used")]
    Vault(#[from] KeyError),
    /// A provider client cannot be built.
    #[error("a provider client cannot be built")]
    Provider(#[from] ProviderError),
    /// Mail cannot be set up.
    #[error("mail cannot be set up")]
    Mail(#[from] MailError),
    /// The database cannot be opened or migrated.
    #[error("the database cannot be opened")]
    Storage(#[from] StorageError),
    /// A file or a port.
    #[error("{0}")]
    Io(String, #[source] std::io::Error),
    /// An address cannot be built.
    #[error("an address cannot be built from the configuration")]
    Url(#[from] url::ParseError),
}

/// Opens the database and, where configured, applies missing migrations.
///
/// # Errors
/// [`StartError::Storage`].
pub async fn connect(config: &Config) -> Result<Arc<dyn Storage>, StartError> {
    if config.database.migrate {
        synchronizer_storage_sql::migrate(&config.database.url).await?;
    }
    Ok(synchronizer_storage_sql::connect(&config.database.url).await?)
}

/// Builds the use cases.
///
/// # Errors
/// [`StartError`] names what is wrong.
pub fn build_core(
    config: &Config,
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
) -> Result<Core, StartError> {
    config.validate()?;
    let keys = config.vault.parsed().map_err(ConfigError::Invalid)?;
    let extra_ca = match &config.outbound.extra_ca {
        Some(path) => Some(std::fs::read(path).map_err(|error| {
            StartError::Io(
                format!("outbound.extra_ca: {} cannot be read", path.display()),
                error,
            )
        })?),
        None => None,
    };
    let agent = concat!("Synchronizer/", env!("CARGO_PKG_VERSION"));
    let client = http::client(agent, extra_ca.as_deref())?;
    let oidc = |oidc: OidcConfig| {
        OidcProvider::new(client.clone(), Arc::clone(&clock), Arc::clone(&rng), oidc)
    };
    let issuer = config.superoffice.effective_issuer();
    let environment = Url::parse(&issuer)?
        .host_str()
        .unwrap_or_default()
        .to_owned();
    let mut superoffice = SuperOffice::new(
        oidc(OidcConfig {
            system: System::SuperOffice,
            discovery_url: discovery(&config.superoffice.authority)?,
            issuer: IssuerRule::Exact(issuer),
            client_id: config.superoffice.client_id.clone(),
            client_secret: Some(config.superoffice.client_secret.clone()),
            redirect_uri: config
                .server
                .public_url
                .join(synchronizer_domain::routes::SUPEROFFICE_CALLBACK)?,
            pkce: config.superoffice.pkce,
        }),
        client.clone(),
        config.superoffice.effective_state_url(),
        environment.clone(),
    )
    .with_hosts(Arc::new(StoredHosts(Arc::clone(&storage))));
    let system_user = config.superoffice.system_user();
    if let Some((key, url)) = system_user.map_err(|problem| ConfigError::Invalid(vec![problem]))? {
        let app_secret = config.superoffice.client_secret.clone();
        superoffice = superoffice.with_system_user(key, url, app_secret);
    }
    let microsoft = if config.microsoft.is_on() {
        let provider = oidc(OidcConfig {
            system: System::Microsoft,
            discovery_url: discovery(&config.microsoft.authority)?,
            issuer: IssuerRule::EntraTemplate,
            client_id: config.microsoft.client_id.clone(),
            client_secret: Some(config.microsoft.client_secret.clone()),
            redirect_uri: config
                .server
                .public_url
                .join(synchronizer_domain::routes::MICROSOFT_CALLBACK)?,
            pkce: true,
        });
        Some(Microsoft::new(
            provider,
            client.clone(),
            config.microsoft.graph_url.clone(),
        ))
    } else {
        None
    };
    let google = if config.google.is_on() {
        let provider = oidc(OidcConfig {
            system: System::Google,
            discovery_url: discovery(&config.google.issuer)?,
            issuer: IssuerRule::Exact(config.google.issuer_text()),
            client_id: config.google.client_id.clone(),
            client_secret: Some(config.google.client_secret.clone()),
            redirect_uri: config
                .server
                .public_url
                .join(synchronizer_domain::routes::GOOGLE_CALLBACK)?,
            pkce: true,
        });
        Some(Google::new(
            provider,
            client.clone(),
            config.google.directory_url.clone(),
            config.google.calendar_url.clone(),
        ))
    } else {
        None
    };
    let mut smtp = SmtpSettings::new(config.smtp.url.expose_secret().to_owned().into());
    smtp.extra_ca = extra_ca
        .as_deref()
        .map(|pem| String::from_utf8_lossy(pem).into_owned());
    let policy = OutboundPolicy {
        allow_networks: config.outbound.allow_networks.clone(),
        extra_ca,
        dns_server: config.outbound.dns_server,
    };
    let guard = GuardedClient::new(policy)?;
    let exchange = Exchange::new(guard.clone(), Arc::clone(&clock), Arc::clone(&rng));
    let caldav = Caldav::new(guard);
    Ok(Core::new(Parts {
        storage,
        vault: Vault::new(&keys)?,
        clock,
        rng,
        wake: Wake::default(),
        superoffice,
        microsoft,
        google,
        exchange,
        exchange_pace: Pace::default(),
        caldav,
        templates: Templates::new()?,
        smtp: Smtp::new(smtp)?,
        settings: Settings {
            public_url: config.server.public_url.clone(),
            signup: config.tenants.policy(),
            mail_from: config.smtp.from.clone(),
            operator: config.smtp.operator(),
            operator_locale: config.smtp.operator_locale(),
            client_secrets: config.client_secrets(),
            mail_rate_per_minute: (config.smtp.rate_per_minute > 0)
                .then_some(config.smtp.rate_per_minute),
            mail_tenant_rate: config.smtp.tenant_rate(),
            sessions: config.sessions.rules(),
            audit_days: config.audit.days(),
            list_age: config.lists.age(),
            renewal_lease: config.jobs.lease(),
            check_every: config.grants.check_every(),
            unanswered_days: config.notices.unanswered_days,
            keep_deleted_days: config.grants.keep_deleted(),
            google_client_id: config.google.client_id.clone(),
            environment,
        },
    }))
}

fn discovery(authority: &Url) -> Result<Url, url::ParseError> {
    Url::parse(&format!(
        "{}/.well-known/openid-configuration",
        authority.as_str().trim_end_matches('/')
    ))
}
