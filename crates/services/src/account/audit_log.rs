//! Reading the audit log.

use std::collections::HashMap;

use synchronizer_domain::Timestamp;
use synchronizer_domain::account::{AUDIT_PAGE, AuditLine, AuditQuery, AuditView, MAX_SEARCH};
use synchronizer_domain::ids::{AuditId, LinkId, TenantId};
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::session::Actor;
use synchronizer_domain::tenant::Tenant;
use synchronizer_domain::text::{clean, fold_name};
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{AuditEntry, AuditFilter, UnitOfWork};

use crate::Core;
use crate::failure::FaultResult;

/// Who the log says acted when nobody did.
pub(crate) const SYSTEM: &str = "system";
/// Lines read at a time.
const CHUNK: u32 = 500;
/// A search gives up its page after this many chunks; the next page goes on from there.
const CHUNKS: u32 = 40;

impl Core {
    pub(super) async fn audit_view(
        &self,
        tenant: &Tenant,
        query: AuditQuery,
    ) -> FaultResult<AuditView> {
        let query = understood(query);
        let (lines, next) = self.audit_lines(tenant, &query, AUDIT_PAGE).await?;
        let people = self.storage.read().await?.audit_actors(tenant.id).await?;
        Ok(AuditView {
            query,
            lines,
            next,
            people: people.into_iter().filter(|name| name != SYSTEM).collect(),
            kept_days: self.settings.audit_days,
        })
    }

    /// All lines of a query, for a file; the newest 100,000 at most.
    ///
    /// # Errors
    /// Forbidden, not found, internal.
    pub async fn export_audit(
        &self,
        actor: &Actor,
        query: AuditQuery,
    ) -> UseCaseResult<Vec<AuditLine>> {
        const MOST: u32 = 100_000;
        allow(actor, Action::ManageAccount)?;
        let tenant = self.own_tenant(actor).await?;
        let mut query = understood(query);
        let mut all = Vec::new();
        loop {
            let (lines, next) = self
                .audit_lines(&tenant, &query, MOST)
                .await
                .map_err(|fault| self.internal(fault))?;
            all.extend(lines);
            query.before = next;
            if next.is_none() || all.len() >= MOST as usize {
                return Ok(all);
            }
        }
    }

    /// Up to `wanted` lines, and the last one looked at when there may be more.
    pub(crate) async fn audit_lines(
        &self,
        tenant: &Tenant,
        query: &AuditQuery,
        wanted: u32,
    ) -> FaultResult<(Vec<AuditLine>, Option<AuditId>)> {
        let mut unit = self.storage.read().await?;
        let mut names = Names::load(&mut *unit, tenant).await?;
        let mut filter = filter(query);
        let text = fold_name(&query.text);
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        let mut lines = Vec::new();
        for _ in 0..CHUNKS {
            let entries = unit.audit(tenant.id, &filter, CHUNK).await?;
            let full = entries.len() == CHUNK as usize;
            for entry in entries {
                if lines.len() == wanted {
                    return Ok((lines, filter.before));
                }
                filter.before = Some(entry.id);
                if in_group(query, &entry.action) {
                    let line = names.line(&mut *unit, entry).await?;
                    if fits(&line, &text) {
                        lines.push(line);
                    }
                }
            }
            if !full {
                return Ok((lines, None));
            }
        }
        Ok((lines, filter.before))
    }
}

/// What was typed, cut and cleaned; days that are none are dropped.
fn understood(query: AuditQuery) -> AuditQuery {
    let day = |text: String| {
        if Timestamp::from_date(&text).is_some() {
            text
        } else {
            String::new()
        }
    };
    AuditQuery {
        who: clean(&query.who, MAX_SEARCH),
        text: clean(&query.text, MAX_SEARCH),
        from: day(query.from),
        until: day(query.until),
        ..query
    }
}

fn filter(query: &AuditQuery) -> AuditFilter {
    const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);
    AuditFilter {
        from: Timestamp::from_date(&query.from),
        until: Timestamp::from_date(&query.until).map(|day| day.plus(DAY)),
        actor: Some(query.who.clone()).filter(|who| !who.is_empty()),
        before: query.before,
    }
}

fn in_group(query: &AuditQuery, action: &str) -> bool {
    let Some(group) = query.group else {
        return true;
    };
    let prefix = action.split('.').next().unwrap_or_default();
    group.prefixes().contains(&prefix)
}

fn fits(line: &AuditLine, text: &str) -> bool {
    text.is_empty()
        || [&line.who, &line.subject, &line.action]
            .iter()
            .any(|field| fold_name(field).contains(text))
}

/// Names of what lines are about.
struct Names {
    company: (String, String),
    known: HashMap<String, String>,
    tenant: TenantId,
}

impl Names {
    async fn load(unit: &mut dyn UnitOfWork, tenant: &Tenant) -> FaultResult<Self> {
        let profiles = unit.profiles(tenant.id).await?;
        Ok(Self {
            company: (tenant.id.to_string(), tenant.name.clone()),
            known: profiles
                .into_iter()
                .map(|profile| (profile.id.to_string(), profile.name))
                .collect(),
            tenant: tenant.id,
        })
    }

    async fn line(
        &mut self,
        unit: &mut dyn UnitOfWork,
        entry: AuditEntry,
    ) -> FaultResult<AuditLine> {
        let subject = self.name(unit, &entry).await?;
        Ok(AuditLine {
            id: entry.id,
            at: entry.at,
            who: if entry.actor == SYSTEM {
                String::new()
            } else {
                entry.actor
            },
            action: entry.action,
            subject,
        })
    }

    async fn name(&mut self, unit: &mut dyn UnitOfWork, entry: &AuditEntry) -> FaultResult<String> {
        if entry.subject == self.company.0 {
            return Ok(self.company.1.clone());
        }
        if let Some(name) = self.known.get(&entry.subject) {
            return Ok(name.clone());
        }
        let told = serde_json::from_str::<serde_json::Value>(&entry.detail).ok();
        let told = told.and_then(|detail| Some(detail.get("name")?.as_str()?.to_owned()));
        if let Some(name) = told {
            return Ok(name);
        }
        let name = match entry.subject.parse::<LinkId>() {
            Ok(id) => unit
                .link(self.tenant, id)
                .await?
                .map(|link| link.crm.name)
                .unwrap_or_default(),
            Err(_) => String::new(),
        };
        self.known.insert(entry.subject.clone(), name.clone());
        Ok(name)
    }
}
