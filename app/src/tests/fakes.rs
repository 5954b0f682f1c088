//! Use cases without a server behind them: a company with three profiles.

use std::sync::Mutex;

use async_trait::async_trait;
use synchronizer_domain::connection::{Check, CheckKind, CheckOutcome, ConnectionReport};
use synchronizer_domain::consent::ConsentView;
use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::draft::{DraftStep, Typed, TypedField};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::{AssociateId, CalendarUserId, LinkId, ProfileId};
use synchronizer_domain::link::{Cause, CauseStatus, LinkState, LinkStatus, Party};
use synchronizer_domain::lists::{LinkedPlaces, ListHead, ListPerson, PeoplePage, Proposal};
use synchronizer_domain::mail::MailState;
use synchronizer_domain::matching::MatchReason;
use synchronizer_domain::profile::{
    CalendarSystem, ProfileAction, ProfileSettings, ProfileState, Stop,
};
use synchronizer_domain::session::{Actor, Me, Role};
use synchronizer_domain::status::Connection;
use synchronizer_domain::usecases::{
    CaldavDirectoryInput, DelegationInput, DirectoryDetail, ExchangeDetail, ExchangeDirectoryInput,
    InvitationStatus, LinkRow, LinkUsersView, Linking, ListSide, PersonalLink, ProfileCard,
    ProfileDetail, ProfileSettingsInput, Profiles, UseCaseResult,
};
use synchronizer_domain::{Locale, Timestamp};

pub const NOW: Timestamp = Timestamp::from_secs(1_795_453_129);

pub fn profile(n: u32) -> ProfileId {
    format!("01890000-0000-7000-8000-{n:012}").parse().unwrap()
}

fn link(n: u32) -> LinkId {
    format!("01890000-0000-7000-9000-{n:012}").parse().unwrap()
}

/// What the fakes know.
pub struct Company {
    pub empty: bool,
    pub links: Mutex<Vec<LinkRow>>,
    pub people: u32,
    /// Who disabled its profiles.
    pub stop: Option<Stop>,
}

impl Company {
    pub fn with_people(people: u32) -> Self {
        let links = (1..=people / 4).map(row).collect();
        Self {
            empty: false,
            links: Mutex::new(links),
            people,
            stop: None,
        }
    }
}

pub fn crm(n: u32) -> CrmUser {
    CrmUser {
        id: AssociateId::new(n.to_string()),
        name: format!("Zoë Müller {n}"),
        email: if n.is_multiple_of(7) {
            String::new()
        } else {
            format!("zoe.mueller{n}@nordlicht.example")
        },
        active: !n.is_multiple_of(11),
    }
}

pub fn calendar(n: u32) -> CalendarUser {
    CalendarUser {
        id: CalendarUserId::new(format!("oid-{n}")),
        name: format!("Müller, Zoë {n}"),
        email: format!("zoe.mueller{n}@nordlicht.example"),
        aliases: Vec::new(),
        active: true,
    }
}

fn row(n: u32) -> LinkRow {
    let state = LinkState::ALL[n as usize % LinkState::ALL.len()];
    let cause = (state == LinkState::NeedsAttention).then_some(CauseStatus {
        cause: if n.is_multiple_of(2) {
            Cause::CalendarRefused
        } else {
            Cause::AdminApproval
        },
        since: NOW,
        party: if n.is_multiple_of(2) {
            Party::User
        } else {
            Party::Company
        },
    });
    LinkRow {
        id: link(n),
        crm: crm(n),
        calendar: calendar(n),
        status: LinkStatus { state, cause },
        invitation: Some(InvitationStatus {
            mail: if n.is_multiple_of(3) {
                MailState::Failed
            } else {
                MailState::Sent
            },
            answer: "550 5.1.1 <b>no such mailbox</b>".to_owned(),
            at: NOW,
            opened_at: None,
            used_at: (state == LinkState::Active).then_some(NOW),
            expires_at: NOW,
            expired: false,
        }),
        created_at: NOW,
        checked_at: (state == LinkState::Active).then_some(NOW),
        profile: profile(1),
        system: CalendarSystem::Microsoft365,
        paused_by: None,
        since: NOW,
        next_at: (state == LinkState::Active).then_some(NOW),
        sides: [Connection::Connected, Connection::Refused],
        gone: [None, Some(NOW)],
    }
}

pub fn not_for_users(actor: &Actor) -> UseCaseResult<()> {
    if actor.role == Role::User {
        Err(UseCaseError::Forbidden)
    } else {
        Ok(())
    }
}

#[async_trait]
impl Profiles for Company {
    async fn me(&self, actor: &Actor) -> UseCaseResult<Me> {
        Ok(Me {
            name: actor.name.clone(),
            email: actor.email.clone(),
            role: actor.role,
            tenant_name: "Nordlicht Consulting AS".to_owned(),
            suspended: false,
            linked: true,
            alarms: Vec::new(),
        })
    }

    async fn list(&self, actor: &Actor) -> UseCaseResult<Vec<ProfileCard>> {
        not_for_users(actor)?;
        if self.empty {
            return Ok(Vec::new());
        }
        let card = |n, name: &str, system, state, directory_ok, counts| ProfileCard {
            id: profile(n),
            name: name.to_owned(),
            system,
            state,
            stop: None,
            step: DraftStep::Systems,
            place: "nordlicht.example".to_owned(),
            directory_ok,
            directory_read_at: Some(NOW),
            counts,
        };
        let counts = vec![
            (LinkState::NeedsAttention, 3),
            (LinkState::Invited, 11),
            (LinkState::Active, 140),
        ];
        Ok(vec![
            card(
                2,
                "Field team",
                CalendarSystem::Caldav,
                ProfileState::Draft,
                true,
                Vec::new(),
            ),
            card(
                1,
                "Oslo and Bergen",
                CalendarSystem::Microsoft365,
                ProfileState::Active,
                false,
                counts,
            ),
        ])
    }

    async fn create(&self, _: &Actor, system: CalendarSystem) -> UseCaseResult<ProfileId> {
        Ok(profile(if system == CalendarSystem::Caldav {
            2
        } else {
            1
        }))
    }

    async fn detail(&self, actor: &Actor, id: ProfileId) -> UseCaseResult<ProfileDetail> {
        not_for_users(actor)?;
        let (name, system, state, directory) = if id == profile(1) {
            let directory = DirectoryDetail::Microsoft {
                account: "ingvild@nordlicht.example".to_owned(),
                connected: true,
                consent: ConsentView {
                    organisation: Some("nordlicht.example".to_owned()),
                    answer: None,
                },
            };
            (
                "Oslo and Bergen",
                CalendarSystem::Microsoft365,
                ProfileState::Active,
                directory,
            )
        } else if id == profile(2) {
            let directory = DirectoryDetail::Caldav {
                server: "https://dav.nordlicht.example".to_owned(),
                people: "zoe, Zoë Müller\nnoel".to_owned(),
                count: 2,
            };
            (
                "Field team",
                CalendarSystem::Caldav,
                ProfileState::Draft,
                directory,
            )
        } else if id == profile(3) {
            let stored = ExchangeDetail {
                account: "svc@nordlicht.example".to_owned(),
                username: "NORDLICHT\\svc".to_owned(),
                has_password: true,
                connected: false,
                impersonation: true,
                ..ExchangeDetail::default()
            };
            (
                "Plant",
                CalendarSystem::Exchange,
                ProfileState::Draft,
                DirectoryDetail::Exchange(Box::new(stored)),
            )
        } else {
            return Err(UseCaseError::NotFound);
        };
        Ok(ProfileDetail {
            id,
            name: name.to_owned(),
            system,
            state,
            stop: self.stop.clone(),
            typed: Typed::default(),
            settings: ProfileSettings {
                mail_locale: Locale::Nb,
                contact_email: "it@nordlicht.example".to_owned(),
            },
            tenant_name: "Nordlicht Consulting AS".to_owned(),
            tenant_context: "Cust10427".to_owned(),
            crm_reader: "Ingvild Sætre-Holm".to_owned(),
            crm_ok: true,
            directory,
        })
    }

    async fn save_exchange(
        &self,
        _: &Actor,
        _: ProfileId,
        input: ExchangeDirectoryInput,
    ) -> UseCaseResult<()> {
        if input.account.is_empty() {
            return Err(UseCaseError::field("account", ErrorCode::Required));
        }
        Ok(())
    }

    async fn save_caldav(
        &self,
        _: &Actor,
        _: ProfileId,
        input: CaldavDirectoryInput,
    ) -> UseCaseResult<()> {
        if input.server.is_empty() {
            return Err(UseCaseError::field("server", ErrorCode::Required));
        }
        Ok(())
    }

    async fn save_delegation(
        &self,
        _: &Actor,
        _: ProfileId,
        input: DelegationInput,
    ) -> UseCaseResult<()> {
        if input.key.is_empty() {
            return Err(UseCaseError::field("key", ErrorCode::NotAServiceAccount));
        }
        Ok(())
    }

    async fn test_connection(&self, _: &Actor, _: ProfileId) -> UseCaseResult<ConnectionReport> {
        let check = |kind, outcome| Check {
            kind,
            outcome,
            millis: 212,
        };
        Ok(ConnectionReport {
            at: NOW,
            checks: vec![
                check(
                    CheckKind::CrmUsers,
                    CheckOutcome::Ok {
                        detail: String::new(),
                        count: Some(218),
                    },
                ),
                check(
                    CheckKind::DirectoryUsers,
                    CheckOutcome::Failed {
                        reason: ErrorCode::DirectoryRefused,
                        answer: "AADSTS<script>".to_owned(),
                    },
                ),
                check(CheckKind::CalendarWritable, CheckOutcome::NotTried),
            ],
        })
    }

    async fn save_settings(
        &self,
        _: &Actor,
        _: ProfileId,
        input: ProfileSettingsInput,
    ) -> UseCaseResult<()> {
        if input.name.is_empty() {
            return Err(UseCaseError::field("name", ErrorCode::Required));
        }
        Ok(())
    }

    async fn keep_typed(
        &self,
        _: &Actor,
        _: ProfileId,
        _: TypedField,
        _: String,
    ) -> UseCaseResult<()> {
        Ok(())
    }

    async fn consent_link(&self, _: &Actor, _: ProfileId) -> UseCaseResult<PersonalLink> {
        Err(UseCaseError::NotFound)
    }

    async fn check_consent(&self, _: &Actor, _: ProfileId) -> UseCaseResult<()> {
        Ok(())
    }

    async fn act(
        &self,
        _: &Actor,
        _: ProfileId,
        _: ProfileAction,
        _: String,
    ) -> UseCaseResult<u32> {
        Ok(0)
    }
}

#[async_trait]
impl Linking for Company {
    async fn view(&self, actor: &Actor, id: ProfileId) -> UseCaseResult<LinkUsersView> {
        not_for_users(actor)?;
        if id != profile(1) {
            return Err(UseCaseError::NotFound);
        }
        let links = self.links.lock().unwrap().clone();
        let linked = |n: u32| links.iter().any(|row| row.crm.id.as_str() == n.to_string());
        let people = |person: fn(u32) -> ListPerson| {
            let all: Vec<_> = (1..=self.people)
                .map(|n| ListPerson {
                    linked: linked(n),
                    ..person(n)
                })
                .collect();
            let is_free = |one: &&ListPerson| !one.linked;
            let free = u32::try_from(all.iter().filter(is_free).count()).unwrap();
            ListHead {
                read_at: Some(NOW),
                counts: [free, self.people - free, 0],
                first: all.iter().filter(is_free).take(20).cloned().collect(),
                ..ListHead::default()
            }
        };
        let crm = people(|n| crm_person(crm(n)));
        let calendar = ListHead {
            problem: Some(ErrorCode::Unavailable {
                system: "microsoft365".to_owned(),
            }),
            ..people(|n| calendar_person(calendar(n)))
        };
        Ok(LinkUsersView {
            profile: id,
            profile_name: "Oslo and Bergen".to_owned(),
            system: CalendarSystem::Microsoft365,
            stop: self.stop.clone(),
            unapproved: None,
            crm,
            calendar,
        })
    }

    async fn people(
        &self,
        _: &Actor,
        _: ProfileId,
        _: ListSide,
        _: u32,
    ) -> UseCaseResult<PeoplePage> {
        Ok(PeoplePage {
            read_at: Some(NOW),
            stamp: 0,
            people: (1..=self.people).map(|n| crm_person(crm(n))).collect(),
            more: false,
        })
    }

    async fn linked(&self, _: &Actor, _: ProfileId, _: ListSide) -> UseCaseResult<LinkedPlaces> {
        Ok(LinkedPlaces {
            read_at: Some(NOW),
            stamp: 0,
            places: Vec::new(),
        })
    }

    async fn search(
        &self,
        _: &Actor,
        _: ProfileId,
        _: ListSide,
        query: String,
    ) -> UseCaseResult<Vec<ListPerson>> {
        let people = (1..=self.people).map(|n| crm_person(crm(n)));
        Ok(people.filter(|one| one.matches(&query)).collect())
    }

    async fn proposals(
        &self,
        _: &Actor,
        _: ProfileId,
        id: AssociateId,
    ) -> UseCaseResult<Vec<Proposal>> {
        let n: u32 = id.as_str().parse().map_err(|_| UseCaseError::NotFound)?;
        Ok(vec![Proposal {
            person: calendar_person(calendar(n)),
            reason: MatchReason::EqualEmail,
        }])
    }

    async fn refresh(&self, _: &Actor, _: ProfileId, _: ListSide) -> UseCaseResult<()> {
        Ok(())
    }

    async fn link(
        &self,
        _: &Actor,
        _: ProfileId,
        crm: AssociateId,
        _: CalendarUserId,
    ) -> UseCaseResult<LinkId> {
        let n: u32 = crm.as_str().parse().map_err(|_| UseCaseError::NotFound)?;
        let mut made = row(n);
        made.status = LinkStatus {
            state: LinkState::Invited,
            cause: None,
        };
        let mut links = self.links.lock().unwrap();
        if links.iter().any(|row| row.crm.id == crm) {
            return Err(UseCaseError::refused(ErrorCode::CrmUserLinked {
                name: made.crm.name,
                profile: "Oslo and Bergen".to_owned(),
            }));
        }
        links.insert(0, made);
        Ok(link(n))
    }

    async fn resend(&self, _: &Actor, _: LinkId) -> UseCaseResult<()> {
        Ok(())
    }

    async fn copy_link(&self, _: &Actor, _: LinkId) -> UseCaseResult<PersonalLink> {
        Ok(PersonalLink {
            url: "http://localhost/i/secret".to_owned(),
            expires_at: NOW,
        })
    }
}

impl Company {
    pub fn set_state(&self, id: LinkId, state: LinkState) -> UseCaseResult<()> {
        let mut links = self.links.lock().unwrap();
        let row = links
            .iter_mut()
            .find(|row| row.id == id)
            .ok_or(UseCaseError::NotFound)?;
        row.status = LinkStatus { state, cause: None };
        Ok(())
    }
}

fn crm_person(user: CrmUser) -> ListPerson {
    ListPerson {
        key: user.id.to_string(),
        name: user.name,
        email: user.email,
        active: user.active,
        linked: false,
        same_email: 0,
        new: false,
    }
}

fn calendar_person(user: CalendarUser) -> ListPerson {
    ListPerson {
        key: user.id.to_string(),
        name: user.name,
        email: user.email,
        active: user.active,
        linked: false,
        same_email: 0,
        new: false,
    }
}
