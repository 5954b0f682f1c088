//! Reading profiles.

use std::collections::HashMap;

use synchronizer_domain::consent::ConsentView;
use synchronizer_domain::draft::draft_step;
use synchronizer_domain::ids::TenantId;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::profile::{CalendarSystem, Directory, Profile, ServiceAccountName};
use synchronizer_domain::routes;
use synchronizer_domain::tenant::Tenant;
use synchronizer_domain::usecases::{DirectoryDetail, ExchangeDetail, ProfileCard, ProfileDetail};
use synchronizer_storage::UnitOfWork;
use url::Url;

use crate::failure::FaultResult;
use crate::{Core, grants};

impl Core {
    pub(super) async fn overview(&self, tenant: TenantId) -> FaultResult<Vec<ProfileCard>> {
        let mut unit = self.storage.read().await?;
        let profiles = unit.profiles(tenant).await?;
        let links = unit.live_links(tenant).await?;
        let held = unit.grants(tenant, None).await?;
        let mut by_link: HashMap<_, Vec<_>> = HashMap::new();
        for grant in held {
            by_link.entry(grant.link).or_default().push(grant);
        }
        let mut counts: HashMap<_, HashMap<LinkState, u32>> = HashMap::new();
        for link in &links {
            let held = by_link.get(&link.id).map(Vec::as_slice).unwrap_or_default();
            let state = grants::status(link, held).state;
            *counts
                .entry(link.profile)
                .or_default()
                .entry(state)
                .or_default() += 1;
        }
        let mut cards = Vec::with_capacity(profiles.len());
        for profile in profiles {
            let typed = unit.typed(tenant, profile.id).await?;
            let approved = self.consent_view(&mut *unit, &profile).await?.is_approved();
            let works = profile.directory.is_configured() && profile.directory.is_connected();
            let step = draft_step(profile.system, works, approved, &typed);
            let read_at = unit.calendar_users_read_at(tenant, profile.id).await?;
            let found = counts.remove(&profile.id).unwrap_or_default();
            let ordered = LinkState::ALL
                .iter()
                .filter_map(|state| found.get(state).map(|n| (*state, *n)))
                .collect();
            cards.push(ProfileCard {
                id: profile.id,
                place: place(&profile.directory),
                directory_ok: profile.directory.is_connected(),
                name: profile.name,
                system: profile.system,
                state: profile.state,
                stop: profile.deleted.or(profile.disabled),
                step,
                directory_read_at: read_at,
                counts: ordered,
            });
        }
        Ok(cards)
    }

    pub(super) async fn profile_detail(
        &self,
        tenant: &Tenant,
        profile: Profile,
    ) -> FaultResult<ProfileDetail> {
        let mut unit = self.storage.read().await?;
        let connection = unit
            .crm_connection(tenant.id)
            .await?
            .map(|(connection, _)| connection);
        let directory = match (&profile.directory, profile.system) {
            (
                Directory::Microsoft {
                    account, connected, ..
                },
                _,
            ) => DirectoryDetail::Microsoft {
                account: account.clone(),
                connected: *connected,
                consent: self.consent_view(&mut *unit, &profile).await?,
            },
            (
                Directory::Google {
                    account,
                    connected,
                    service_account,
                    ..
                },
                _,
            ) => self.google_detail(account.clone(), *connected, service_account.clone()),
            (Directory::None, CalendarSystem::Google) => {
                self.google_detail(String::new(), false, None)
            }
            (Directory::Caldav { server }, _) => {
                let lines = stored_people(&mut *unit, &profile).await?;
                DirectoryDetail::Caldav {
                    server: server.clone(),
                    count: u32::try_from(lines.len()).unwrap_or(u32::MAX),
                    people: lines.join("\n"),
                }
            }
            (Directory::None, CalendarSystem::Microsoft365) => DirectoryDetail::Microsoft {
                account: String::new(),
                connected: false,
                consent: ConsentView::default(),
            },
            (
                Directory::Exchange {
                    server,
                    ews,
                    account,
                    username,
                    impersonation,
                    connected,
                },
                _,
            ) => {
                let lines = stored_people(&mut *unit, &profile).await?;
                let has_password = unit
                    .directory_secret(tenant.id, profile.id)
                    .await?
                    .is_some();
                DirectoryDetail::Exchange(Box::new(ExchangeDetail {
                    account: account.clone(),
                    username: username.clone(),
                    has_password,
                    connected: *connected,
                    server: server.clone(),
                    found: ews.clone(),
                    impersonation: *impersonation,
                    count: u32::try_from(lines.len()).unwrap_or(u32::MAX),
                    people: lines.join("\n"),
                }))
            }
            (Directory::None, CalendarSystem::Exchange) => {
                DirectoryDetail::Exchange(Box::default())
            }
            (Directory::None, CalendarSystem::Caldav) => DirectoryDetail::Caldav {
                server: String::new(),
                people: String::new(),
                count: 0,
            },
        };
        // Of a profile that is no draft only a list that was brought as a file is kept.
        let typed = unit.typed(tenant.id, profile.id).await?;
        Ok(ProfileDetail {
            id: profile.id,
            name: profile.name,
            system: profile.system,
            state: profile.state,
            stop: profile.deleted.or(profile.disabled),
            typed,
            settings: profile.settings,
            tenant_name: tenant.name.clone(),
            tenant_context: tenant.context.to_string(),
            crm_reader: connection
                .as_ref()
                .map(|held| held.name.clone())
                .unwrap_or_default(),
            crm_ok: connection.is_some_and(|held| held.connected),
            directory,
        })
    }
}

impl Core {
    fn google_detail(
        &self,
        account: String,
        connected: bool,
        service_account: Option<ServiceAccountName>,
    ) -> DirectoryDetail {
        DirectoryDetail::Google {
            account,
            connected,
            service_account,
            client_id: self.settings.google_client_id.clone(),
            redirect_uri: self.absolute(routes::GOOGLE_CALLBACK),
        }
    }
}

/// The part of an account or address by which people recognise it.
fn place(directory: &Directory) -> String {
    match directory {
        Directory::None => String::new(),
        Directory::Microsoft { account, .. } | Directory::Google { account, .. } => account
            .rsplit_once('@')
            .map_or_else(|| account.clone(), |(_, domain)| domain.to_owned()),
        Directory::Exchange {
            server, account, ..
        } => match account.rsplit_once('@') {
            Some((_, domain)) => domain.to_owned(),
            None => host(server),
        },
        Directory::Caldav { server } => host(server),
    }
}

fn host(server: &str) -> String {
    Url::parse(server)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| server.to_owned())
}

/// The stored people as lines that can be pasted again.
async fn stored_people(unit: &mut dyn UnitOfWork, profile: &Profile) -> FaultResult<Vec<String>> {
    let people = unit
        .calendar_users(profile.tenant, profile.id)
        .await?
        .map(|(users, _)| users)
        .unwrap_or_default();
    Ok(people
        .iter()
        .map(|user| {
            [user.id.as_str(), &user.name, &user.email]
                .join(", ")
                .trim_end_matches(", ")
                .to_owned()
        })
        .collect())
}
