//! Which linked users the table shows: by state, search and page, all kept in the address.

use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::text::{fold_name, matches_query};
use synchronizer_domain::usecases::LinkRow;

/// Rows on one page.
pub const PAGE_SIZE: usize = 50;

/// What was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this state.
    pub state: Option<LinkState>,
    /// Deleted links too.
    pub deleted: bool,
    /// Only these names or e-mails.
    pub query: String,
    /// From 0.
    pub page: usize,
}

impl Filter {
    /// Reads the address.
    pub fn from_query(
        state: Option<&str>,
        deleted: Option<&str>,
        query: Option<&str>,
        page: Option<&str>,
    ) -> Self {
        Self {
            state: state.and_then(LinkState::from_word),
            deleted: deleted.is_some(),
            query: query.unwrap_or_default().to_owned(),
            page: page
                .and_then(|page| page.parse::<usize>().ok())
                .unwrap_or(1)
                .max(1)
                - 1,
        }
    }

    /// Writes the address: `?…`, or `?` alone for everything.
    pub fn to_query(&self) -> String {
        let mut parts = Vec::new();
        if let Some(state) = self.state {
            parts.push(format!("state={}", state.word()));
        }
        if self.deleted {
            parts.push("deleted=1".to_owned());
        }
        if !self.query.is_empty() {
            parts.push(format!("q={}", escape(&self.query)));
        }
        if self.page > 0 {
            parts.push(format!("page={}", self.page + 1));
        }
        format!("?{}", parts.join("&"))
    }

    /// Another state from its first page.
    pub fn with_state(&self, state: Option<LinkState>) -> Self {
        Self {
            state,
            page: 0,
            ..self.clone()
        }
    }

    /// With deleted links or without, from the first page.
    pub fn with_deleted(&self, deleted: bool) -> Self {
        Self {
            deleted,
            page: 0,
            ..self.clone()
        }
    }

    /// Another page.
    pub fn with_page(&self, page: usize) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }

    /// All rows that match: those who need attention first, then by state, newest first.
    #[must_use]
    pub fn rows<'a>(&self, links: &'a [LinkRow]) -> Vec<&'a LinkRow> {
        let mut rows: Vec<&LinkRow> = links.iter().filter(|row| self.takes(row)).collect();
        rows.sort_by_key(|row| {
            let rank = LinkState::ALL
                .iter()
                .position(|state| *state == row.status.state);
            (rank, std::cmp::Reverse(row.created_at))
        });
        rows
    }

    /// Deleted links are seen only when asked for.
    fn takes(&self, row: &LinkRow) -> bool {
        let state = row.status.state;
        let in_state = match self.state {
            Some(wanted) => state == wanted,
            None => self.deleted || state != LinkState::Deleted,
        };
        in_state
            && (self.query.is_empty()
                || matches_query(
                    &self.query,
                    &[
                        &fold_name(&row.crm.name),
                        &fold_name(&row.crm.email),
                        &fold_name(&row.calendar.name),
                        &fold_name(&row.calendar.email),
                    ],
                ))
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// A page of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TablePage {
    /// Its rows.
    pub ids: Vec<LinkId>,
    /// How many match in all.
    pub total: usize,
    /// Which page this is, from 0; never beyond the last.
    pub page: usize,
    /// How many pages there are, at least 1.
    pub pages: usize,
}

/// Everybody who matches, on whatever page.
pub fn matching(links: &[LinkRow], filter: &Filter) -> Vec<LinkId> {
    let takes = links.iter().filter(|row| filter.takes(row));
    takes.map(|row| row.id).collect()
}

/// The rows of a page.
pub fn table_page(links: &[LinkRow], filter: &Filter) -> TablePage {
    let rows = filter.rows(links);
    let total = rows.len();
    let pages = total.div_ceil(PAGE_SIZE).max(1);
    let page = filter.page.min(pages - 1);
    let ids = rows
        .into_iter()
        .skip(page * PAGE_SIZE)
        .take(PAGE_SIZE)
        .map(|row| row.id)
        .collect();
    TablePage {
        ids,
        total,
        page,
        pages,
    }
}

/// How many links there are in each state that has any, in the order of pages.
pub fn state_counts(links: &[LinkRow]) -> Vec<(LinkState, u32)> {
    LinkState::ALL
        .iter()
        .map(|state| {
            (
                *state,
                links
                    .iter()
                    .filter(|row| row.status.state == *state)
                    .count(),
            )
        })
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| (state, u32::try_from(count).unwrap_or(u32::MAX)))
        .collect()
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::Timestamp;
    use synchronizer_domain::directory::{CalendarUser, CrmUser};
    use synchronizer_domain::ids::{AssociateId, CalendarUserId};
    use synchronizer_domain::link::LinkStatus;

    use super::*;

    fn row(n: u32, state: LinkState) -> LinkRow {
        LinkRow {
            id: format!("01890000-0000-7000-8000-{n:012}").parse().unwrap(),
            crm: CrmUser {
                id: AssociateId::new("1"),
                name: format!("Zoë {n}"),
                email: String::new(),
                active: true,
            },
            calendar: CalendarUser {
                id: CalendarUserId::new("a"),
                name: "Müller".to_owned(),
                email: "zoe@a.example".to_owned(),
                aliases: Vec::new(),
                active: true,
            },
            status: LinkStatus { state, cause: None },
            invitation: None,
            created_at: Timestamp::from_secs(i64::from(n)),
            checked_at: None,
        }
    }

    #[test]
    fn the_address_and_the_filter_say_the_same() {
        let filter = Filter {
            state: Some(LinkState::Invited),
            deleted: true,
            query: "zoë m".to_owned(),
            page: 2,
        };
        assert_eq!(
            filter.to_query(),
            "?state=invited&deleted=1&q=zo%C3%AB%20m&page=3"
        );
        assert_eq!(
            Filter::from_query(Some("invited"), Some("1"), Some("zoë m"), Some("3")),
            filter
        );
        assert_eq!(
            Filter::from_query(Some("nonsense"), None, None, Some("-1")),
            Filter::default()
        );
        assert_eq!(Filter::default().to_query(), "?");
    }

    #[test]
    fn those_who_need_attention_come_first_and_deleted_ones_only_when_asked_for() {
        let links = [
            row(1, LinkState::Active),
            row(2, LinkState::Deleted),
            row(3, LinkState::NeedsAttention),
            row(4, LinkState::Active),
        ];
        let page = table_page(&links, &Filter::default());
        assert_eq!(
            (page.ids, page.total),
            (vec![links[2].id, links[3].id, links[0].id], 3)
        );
        let deleted = table_page(
            &links,
            &Filter::default().with_state(Some(LinkState::Deleted)),
        );
        assert_eq!(deleted.ids, [links[1].id]);
        let shown = Filter::default().with_deleted(true);
        let everybody = table_page(&links, &shown);
        assert_eq!(
            (everybody.ids.last(), everybody.total),
            (Some(&links[1].id), 4)
        );
        assert_eq!(matching(&links, &shown).len(), 4);
        assert_eq!(matching(&links, &Filter::default()).len(), 3);
        assert_eq!(
            state_counts(&links),
            [
                (LinkState::NeedsAttention, 1),
                (LinkState::Active, 2),
                (LinkState::Deleted, 1)
            ]
        );
    }

    #[test]
    fn a_page_beyond_the_last_is_the_last() {
        let links: Vec<_> = (0..120).map(|n| row(n, LinkState::Active)).collect();
        let page = table_page(&links, &Filter::default().with_page(9));
        assert_eq!(
            (page.page, page.pages, page.ids.len(), page.total),
            (2, 3, 20, 120)
        );
        assert_eq!(
            table_page(&[], &Filter::default()),
            TablePage {
                pages: 1,
                ..TablePage::default()
            }
        );
    }

    #[test]
    fn both_sides_are_searched() {
        let links = [row(1, LinkState::Active)];
        for (query, found) in [("muller", 1), ("zoe 1", 1), ("a.example", 1), ("nobody", 0)] {
            let filter = Filter {
                query: query.to_owned(),
                ..Filter::default()
            };
            assert_eq!(table_page(&links, &filter).total, found, "{query}");
        }
    }
}
