//! GetFolder, ResolveNames and FindPeople.

use super::accounts::{ExchangeAccount, Kind, address_book, mailbox};
use super::soap::{Fault, Outcome, response};
use super::xml::{Element, TYPES, esc};

/// ResolveNames answers at most this many.
const MAX_RESOLVED: usize = 100;

/// Folders by their distinguished name: element, class, display name.
const FOLDERS: [(&str, &str, &str, &str); 5] = [
    ("calendar", "CalendarFolder", "IPF.Appointment", "Calendar"),
    ("contacts", "ContactsFolder", "IPF.Contact", "Contacts"),
    ("inbox", "Folder", "IPF.Note", "Inbox"),
    ("msgfolderroot", "Folder", "", "Top of Information Store"),
    ("root", "Folder", "", "Root"),
];

pub(super) fn get_folder(
    account: &'static ExchangeAccount,
    acting: &'static ExchangeAccount,
    operation: &Element,
) -> Result<String, Fault> {
    let ids = operation
        .find("FolderIds")
        .map(|ids| ids.children.as_slice())
        .unwrap_or_default();
    let outcomes: Vec<Outcome> = ids.iter().map(|id| folder(account, acting, id)).collect();
    Ok(response("GetFolder", &outcomes))
}

fn folder(account: &ExchangeAccount, acting: &'static ExchangeAccount, id: &Element) -> Outcome {
    let missing = Outcome::Bad(
        "ErrorItemNotFound",
        "The specified object was not found in the store.",
    );
    let name = id.attribute("Id").unwrap_or_default();
    let (owner, kind) = if id.name == "FolderId" {
        let Some((owner, kind)) = name
            .strip_prefix("AAMk.")
            .and_then(|rest| rest.rsplit_once('.'))
        else {
            return missing;
        };
        (mailbox(owner), kind)
    } else {
        let named = id
            .child(TYPES, "Mailbox")
            .and_then(|mailbox| mailbox.child(TYPES, "EmailAddress"));
        match named {
            None if acting.mail.is_none() => {
                return Outcome::Bad(
                    "ErrorMissingEmailAddress",
                    "When making a request as an account that does not have a mailbox, you must \
                     specify the mailbox primary SMTP address for any distinguished folder Ids.",
                );
            }
            None => (Some(acting), name),
            Some(address) => match mailbox(address.text()) {
                None => {
                    return Outcome::Bad(
                        "ErrorNonExistentMailbox",
                        "The SMTP address has no mailbox associated with it.",
                    );
                }
                found => (found, name),
            },
        }
    };
    let (Some(owner), Some((_, element, class, display))) = (
        owner,
        FOLDERS
            .iter()
            .find(|(known, ..)| known.eq_ignore_ascii_case(kind)),
    ) else {
        return missing;
    };
    // Nobody shares a calendar here: only the owner, or who acts in his name.
    if owner.upn != acting.upn && owner.upn != account.upn {
        return Outcome::Bad(
            "ErrorAccessDenied",
            "Access is denied. Check credentials and try again.",
        );
    }
    let class = if class.is_empty() {
        String::new()
    } else {
        format!("<t:FolderClass>{class}</t:FolderClass>")
    };
    let id = esc(&format!("AAMk.{}.{kind}", owner.mail.unwrap_or(owner.upn)));
    let rights = "<t:EffectiveRights><t:CreateAssociated>true</t:CreateAssociated>\
        <t:CreateContents>true</t:CreateContents><t:CreateHierarchy>true</t:CreateHierarchy>\
        <t:Delete>true</t:Delete><t:Modify>true</t:Modify><t:Read>true</t:Read>\
        <t:ViewPrivateItems>true</t:ViewPrivateItems></t:EffectiveRights>";
    Outcome::Good(format!(
        "<m:Folders><t:{element}><t:FolderId Id=\"{id}\" ChangeKey=\"AgAAABYAAAA\"/>{class}\
         <t:DisplayName>{display}</t:DisplayName><t:TotalCount>0</t:TotalCount>\
         <t:ChildFolderCount>0</t:ChildFolderCount>{rights}</t:{element}></m:Folders>"
    ))
}

pub(super) fn resolve_names(
    acting: &'static ExchangeAccount,
    operation: &Element,
) -> Result<String, Fault> {
    let Some(entry) = operation.find("UnresolvedEntry").map(Element::text) else {
        return Err(Fault::new(
            "ErrorSchemaValidation",
            "The request failed schema validation.",
        ));
    };
    if entry.is_empty() {
        let bad = Outcome::Bad("ErrorNameResolutionNoResults", "No results were found.");
        return Ok(response("ResolveNames", &[bad]));
    }
    let full = operation.attribute("ReturnFullContactData") == Some("true");
    let mut found = find(acting, entry);
    let complete = found.len() <= MAX_RESOLVED;
    found.truncate(MAX_RESOLVED);
    let set = format!(
        "<m:ResolutionSet TotalItemsInView=\"{}\" IncludesLastItemInRange=\"{complete}\">{}</m:ResolutionSet>",
        found.len(),
        found
            .iter()
            .map(|one| resolution(one, full))
            .collect::<String>()
    );
    let outcome = match found.len() {
        0 => Outcome::Bad("ErrorNameResolutionNoResults", "No results were found."),
        1 => Outcome::Good(set),
        _ => Outcome::Warning(
            "ErrorNameResolutionMultipleResults",
            "Multiple results were found.",
            set,
        ),
    };
    Ok(response("ResolveNames", &[outcome]))
}

/// Ambiguous name resolution: an exact address after `smtp:`, else beginnings of names and
/// addresses.
fn find(acting: &ExchangeAccount, entry: &str) -> Vec<&'static ExchangeAccount> {
    let exact = entry
        .split_once(':')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("smtp"));
    let wanted = entry.to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&wanted);
    address_book(acting)
        .filter(|one| match exact {
            Some((_, address)) => one.has_address(address),
            None => {
                begins(one.name)
                    || begins(one.first_name)
                    || begins(one.last_name)
                    || begins(one.login)
                    || one.mail.iter().chain(one.aliases).any(|mail| begins(mail))
            }
        })
        .collect()
}

fn kind(one: &ExchangeAccount) -> &'static str {
    match one.kind {
        Kind::Mailbox => "Mailbox",
        Kind::Group => "PublicDL",
    }
}

fn resolution(one: &ExchangeAccount, full: bool) -> String {
    let (name, mail) = (esc(one.name), esc(one.mail.unwrap_or_default()));
    let kind = kind(one);
    let contact = full.then(|| {
        let addresses: String = one
            .mail
            .iter()
            .map(|mail| ("SMTP", *mail))
            .chain(one.aliases.iter().map(|alias| ("smtp", *alias)))
            .zip(1..=3)
            .map(|((scheme, address), number)| {
                let address = esc(address);
                format!("<t:Entry Key=\"EmailAddress{number}\">{scheme}:{address}</t:Entry>")
            })
            .collect();
        format!(
            "<t:Contact><t:DisplayName>{name}</t:DisplayName>\
             <t:EmailAddresses>{addresses}</t:EmailAddresses>\
             <t:ContactSource>ActiveDirectory</t:ContactSource></t:Contact>"
        )
    });
    format!(
        "<t:Resolution><t:Mailbox><t:Name>{name}</t:Name><t:EmailAddress>{mail}</t:EmailAddress>\
         <t:RoutingType>SMTP</t:RoutingType><t:MailboxType>{kind}</t:MailboxType></t:Mailbox>{}</t:Resolution>",
        contact.unwrap_or_default()
    )
}

pub(super) fn find_people(
    acting: &'static ExchangeAccount,
    operation: &Element,
) -> Result<String, Fault> {
    let query = operation
        .find("QueryString")
        .map(Element::text)
        .unwrap_or_default();
    let folder = operation
        .find("DistinguishedFolderId")
        .and_then(|id| id.attribute("Id"));
    if folder != Some("directory") || query.is_empty() {
        return Err(Fault::new(
            "ErrorInvalidRequest",
            "A query string is needed for this folder.",
        ));
    }
    let view = operation.find("IndexedPageItemView");
    let number = |name: &str| -> Option<usize> { view?.attribute(name)?.parse().ok() };
    let (most, offset) = (
        number("MaxEntriesReturned").unwrap_or(50),
        number("Offset").unwrap_or(0),
    );
    let found = find(acting, query);
    let people: String = found
        .iter()
        .skip(offset)
        .take(most)
        .map(|one| {
            let (name, mail) = (esc(one.name), esc(one.mail.unwrap_or_default()));
            let (id, kind) = (esc(one.upn), kind(one));
            format!(
                "<t:Persona><t:PersonaId Id=\"AAQk.{id}\"/><t:DisplayName>{name}</t:DisplayName>\
                 <t:EmailAddress><t:Name>{name}</t:Name><t:EmailAddress>{mail}</t:EmailAddress>\
                 <t:RoutingType>SMTP</t:RoutingType><t:MailboxType>{kind}</t:MailboxType></t:EmailAddress></t:Persona>"
            )
        })
        .collect();
    Ok(format!(
        "<m:FindPeopleResponse ResponseClass=\"Success\"><m:ResponseCode>NoError</m:ResponseCode>\
         <m:People>{people}</m:People><m:TotalNumberOfPeopleInView>{}</m:TotalNumberOfPeopleInView>\
         </m:FindPeopleResponse>",
        found.len()
    ))
}
