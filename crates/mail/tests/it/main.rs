//! Mails from their values to a server's answer.

#[cfg(test)]
mod aiosmtpd;
#[cfg(test)]
mod composing;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod gallery;
#[cfg(test)]
mod invitation;
#[cfg(test)]
mod reactivation;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod trouble;
