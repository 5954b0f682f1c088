//! GetFolder, ResolveNames and FindPeople.

use std::collections::HashSet;

use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::ids::{CalendarId, CalendarUserId};
use synchronizer_domain::text::{MAX_NAME, clean, is_email};

use super::session::Session;
use super::soap::{MESSAGES, TYPES, call, check, message, messages};
use super::{People, error_of};
use crate::calendar::RemoteCalendar;
use crate::error::{ErrorKind, ProviderError};
use crate::xml::{Element, escape};

/// People that one search by FindPeople brings.
const PAGE: usize = 50;

/// The default calendar of a mailbox, which must be the signed-in account's own, or the one
/// it acts for: an assistant who may open his manager's calendar is not the manager. Both
/// the own calendar and that of the mailbox are asked for, and must be one folder.
pub(super) async fn calendar(
    session: &mut Session<'_>,
    mailbox: &str,
) -> Result<RemoteCalendar, ProviderError> {
    let answer = call(session, &calendar_request(mailbox)).await?;
    let mut messages = messages(&answer)?;
    let own = messages.next().ok_or_else(no_message)?;
    check(own, &[])?;
    let named = messages.next().ok_or_else(no_message)?;
    check(named, &[]).map_err(|error| match error.kind() {
        // The own calendar opened: it is the other one that is not ours.
        ErrorKind::ScopeMissing | ErrorKind::NotFound => wrong_account(),
        _ => error,
    })?;
    let (own, folder) = (folder(own)?, folder(named)?);
    let id = folder_id(folder)?;
    if folder_id(own)? != id {
        return Err(wrong_account());
    }
    let name = folder
        .first(TYPES, "DisplayName")
        .map(|name| clean(name.text(), MAX_NAME))
        .filter(|name| !name.is_empty());
    Ok(RemoteCalendar {
        id: CalendarId::new(id),
        name: name.unwrap_or_else(|| "Calendar".to_owned()),
        writable: is_writable(folder),
    })
}

fn no_message() -> ProviderError {
    error_of(ErrorKind::Protocol, "the answer has no message")
}

fn wrong_account() -> ProviderError {
    error_of(
        ErrorKind::WrongAccount,
        "the account is not the mailbox's own",
    )
}

fn folder(message: &Element) -> Result<&Element, ProviderError> {
    message
        .first(MESSAGES, "Folders")
        .and_then(|folders| folders.first(TYPES, "CalendarFolder"))
        .ok_or_else(|| error_of(ErrorKind::NotFound, "the mailbox has no calendar"))
}

fn folder_id(folder: &Element) -> Result<&str, ProviderError> {
    folder
        .first(TYPES, "FolderId")
        .and_then(|id| id.attribute("Id"))
        .ok_or_else(|| error_of(ErrorKind::Protocol, "the calendar has no id"))
}

pub(super) fn calendar_request(mailbox: &str) -> String {
    format!(
        "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>\
         <t:FieldURI FieldURI=\"folder:DisplayName\"/><t:FieldURI FieldURI=\"folder:EffectiveRights\"/>\
         </t:AdditionalProperties></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id=\"calendar\"/>\
         <t:DistinguishedFolderId Id=\"calendar\">\
         <t:Mailbox><t:EmailAddress>{}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>\
         </m:FolderIds></m:GetFolder>",
        escape(mailbox)
    )
}

pub(super) fn resolve_request(entry: &str) -> String {
    format!(
        "<m:ResolveNames ReturnFullContactData=\"true\" SearchScope=\"ActiveDirectory\" \
         ContactDataShape=\"Default\"><m:UnresolvedEntry>{}</m:UnresolvedEntry></m:ResolveNames>",
        escape(entry)
    )
}

pub(super) fn people_request(text: &str) -> String {
    format!(
        "<m:FindPeople><m:PersonaShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>\
         <t:FieldURI FieldURI=\"persona:DisplayName\"/><t:FieldURI FieldURI=\"persona:EmailAddress\"/>\
         </t:AdditionalProperties></m:PersonaShape>\
         <m:IndexedPageItemView MaxEntriesReturned=\"{PAGE}\" Offset=\"0\" BasePoint=\"Beginning\"/>\
         <m:ParentFolderId><t:DistinguishedFolderId Id=\"directory\"/></m:ParentFolderId>\
         <m:QueryString>{}</m:QueryString></m:FindPeople>",
        escape(text)
    )
}

/// A server that does not tell is believed when it refuses.
fn is_writable(folder: &Element) -> bool {
    let Some(rights) = folder.first(TYPES, "EffectiveRights") else {
        return true;
    };
    let has = |name: &str| {
        rights
            .first(TYPES, name)
            .is_none_or(|right| matches!(right.text(), "true" | "1"))
    };
    has("CreateContents") && has("Modify") && has("Delete")
}

/// ResolveNames in the address book.
pub(super) async fn resolve(
    session: &mut Session<'_>,
    entry: &str,
) -> Result<People, ProviderError> {
    let fine = [
        "ErrorNameResolutionNoResults",
        "ErrorNameResolutionMultipleResults",
    ];
    let answer = message(call(session, &resolve_request(entry)).await?, &fine)?;
    let Some(set) = answer.first(MESSAGES, "ResolutionSet") else {
        return Ok(People {
            people: Vec::new(),
            complete: true,
        });
    };
    let people = set.all(TYPES, "Resolution").filter_map(resolution);
    Ok(People {
        people: unique(people),
        complete: set.attribute("IncludesLastItemInRange") != Some("false"),
    })
}

fn resolution(element: &Element) -> Option<CalendarUser> {
    let mailbox = element.first(TYPES, "Mailbox")?;
    let kind = mailbox.first(TYPES, "MailboxType").map(Element::text);
    if kind.is_some_and(|kind| kind != "Mailbox") {
        return None;
    }
    let contact = element.first(TYPES, "Contact");
    let addresses = contact
        .and_then(|contact| contact.first(TYPES, "EmailAddresses"))
        .into_iter()
        .flat_map(|addresses| addresses.all(TYPES, "Entry"))
        .filter_map(|entry| {
            let (scheme, address) = entry.text().split_once(':')?;
            scheme.eq_ignore_ascii_case("smtp").then_some(address)
        })
        .collect();
    person(mailbox, addresses)
}

/// FindPeople in the address book: words anywhere in names.
pub(super) async fn find_people(
    session: &mut Session<'_>,
    text: &str,
) -> Result<People, ProviderError> {
    let answer = call(session, &people_request(text)).await?;
    check(&answer, &[])?;
    let people: Vec<&Element> = answer
        .first(MESSAGES, "People")
        .map(|people| people.all(TYPES, "Persona").collect())
        .unwrap_or_default();
    let complete = people.len() < PAGE;
    let people = people.into_iter().filter_map(|persona| {
        let address = persona.first(TYPES, "EmailAddress")?;
        let kind = address.first(TYPES, "MailboxType").map(Element::text);
        if kind.is_some_and(|kind| kind != "Mailbox") {
            return None;
        }
        person(address, Vec::new())
    });
    Ok(People {
        people: unique(people),
        complete,
    })
}

/// A person of an element with `Name`, `EmailAddress` and `RoutingType`. The primary
/// address in lower case is the key: Exchange has no better one that it takes everywhere.
fn person(element: &Element, addresses: Vec<&str>) -> Option<CalendarUser> {
    let text = |name| element.first(TYPES, name).map(Element::text);
    if text("RoutingType").is_some_and(|routing| routing != "SMTP") {
        return None;
    }
    let email = text("EmailAddress")
        .filter(|address| is_email(address))?
        .to_owned();
    let name = clean(text("Name").unwrap_or_default(), MAX_NAME);
    let mut aliases: Vec<String> = Vec::new();
    for address in addresses {
        let is_new = !address.eq_ignore_ascii_case(&email)
            && !aliases
                .iter()
                .any(|known| known.eq_ignore_ascii_case(address));
        if is_new && is_email(address) {
            aliases.push(address.to_owned());
        }
    }
    Some(CalendarUser {
        id: CalendarUserId::new(email.to_lowercase()),
        name: if name.is_empty() { email.clone() } else { name },
        email,
        aliases,
        active: true,
    })
}

fn unique(people: impl Iterator<Item = CalendarUser>) -> Vec<CalendarUser> {
    let mut seen = HashSet::new();
    people
        .filter(|person| seen.insert(person.id.clone()))
        .collect()
}
