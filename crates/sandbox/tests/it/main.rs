//! The stand-ins from outside, over real sockets.

#[cfg(test)]
mod control;
#[cfg(test)]
mod crowd;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod exchangelib;
#[cfg(test)]
mod google;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod microsoft;
#[cfg(test)]
mod openid_client;
#[cfg(test)]
mod superoffice;
#[cfg(test)]
mod support;
