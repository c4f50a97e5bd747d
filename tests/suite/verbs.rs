//! The verbs, one after another, on a small campaign.

use crate::desk::Desk;
use crate::relay::Relay;

#[test]
fn a_campaign_goes_the_whole_way() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay);
    desk.run("check").exit(0).says("2 letters could be written");
    desk.run("write").exit(0).tells("Wrote 2 letters");
    desk.run("approve --by 'Ada Example'").exit(0).says("approved by Ada Example");
    desk.run("rehearse").exit(0).says("2 letters went over SMTP to the rehearsal relay and arrived byte for byte");
    assert!(relay.letters().is_empty());
    desk.run("send --yes").exit(0).says("2 letters: 2 accepted");
    let arrived: Vec<_> = relay.letters().into_iter().map(|letter| letter.bytes).collect();
    let written: Vec<_> =
        desk.letters().into_iter().map(|name| desk.bytes(&format!("outbox/letters/{name}"))).collect();
    assert_eq!(arrived, written);
    desk.run("send --yes").exit(0).says("2 accepted");
    assert_eq!(relay.letters().len(), 2);
    desk.run("status").exit(0).says("2 accepted");
}
