use proptest::prelude::*;

use super::*;

fn places(strangers: usize, waiting: usize, waiting_of_one_source: usize) -> Places {
    Places::new(ConnectionBounds {
        let_in: 3,
        let_in_of_one_source: 2,
        strangers,
        waiting,
        waiting_of_one_source,
        ..ConnectionBounds::default()
    })
}

fn from(place: u8) -> IpAddr {
    [192, 168, 1, place].into()
}

fn is_there(place: &Place) -> bool {
    place.connection().station() != GONE
}

fn waiting(places: &Places, source: u8) -> Place {
    let place = places.take(from(source));
    place.connection().began();
    place.connection().asks();
    place.connection().owes_a_body();
    place
}

#[test]
fn the_busiest_source_makes_way_and_whoever_came_lately_last() {
    let places = places(4, 4, 4);
    let known = places.take(from(1));
    known.connection().began();
    known.connection().asks();
    known.connection().let_in();
    let of_known = places.take(from(1));
    let busy: Vec<_> = (0..3).map(|_| places.take(from(2))).collect();
    let _newcomer = places.take(from(3));
    assert!(is_there(&known) && is_there(&of_known));
    assert_eq!(busy.iter().map(is_there).collect::<Vec<_>>(), [false, true, true], "the first to come");
    let _another = places.take(from(3));
    let _third = places.take(from(3));
    let _fourth = places.take(from(3));
    assert!(is_there(&of_known), "its source was let in a moment ago");
}

#[test]
fn of_those_that_wait_the_slowest_makes_way_and_nobody_else() {
    let places = places(100, 4, 2);
    let silent: Vec<_> = (0..20).map(|_| places.take(from(1))).collect();
    let [first, second] = [waiting(&places, 1), waiting(&places, 1)];
    let of_another = waiting(&places, 2);
    let third = waiting(&places, 1);
    assert!(!is_there(&first) && is_there(&second) && is_there(&third) && is_there(&of_another));
    second.connection().owes_it_no_more();
    let fourth = waiting(&places, 1);
    assert!(is_there(&second) && is_there(&third) && is_there(&fourth));
    assert!(silent.iter().all(is_there));
}

#[test]
fn who_was_let_in_beyond_the_bounds_is_served_and_has_no_place_for_ever() {
    let places = places(1, 9, 9);
    let let_in = |source| {
        let place = waiting(&places, source);
        place.connection().let_in();
        place
    };
    let seated = [let_in(1), let_in(1), let_in(2)];
    let guest = let_in(2);
    assert!(is_there(&guest) && !guest.connection().is_seated());
    let _newcomer = places.take(from(3));
    assert!(!is_there(&guest) && seated.iter().all(|place| place.connection().is_seated()));
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Come(u8),
    Begin(usize),
    Ask(usize),
    Owe(usize),
    Send(usize),
    Answer(usize),
    LetIn(usize),
    Leave(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let which = 0..12_usize;
    prop_oneof![
        3 => (0..4_u8).prop_map(Act::Come),
        1 => which.clone().prop_map(Act::Begin),
        1 => which.clone().prop_map(Act::Ask),
        1 => which.clone().prop_map(Act::Owe),
        1 => which.clone().prop_map(Act::Send),
        1 => which.clone().prop_map(Act::Answer),
        1 => which.clone().prop_map(Act::LetIn),
        1 => which.prop_map(Act::Leave),
    ]
}

type Here = Vec<(Place, usize, usize)>;

fn at(here: &mut Here, which: usize) -> Option<&mut (Place, usize, usize)> {
    let count = here.len().max(1);
    here.get_mut(which % count)
}

proptest! {
    /// In any order of events no connection is rejected, the limits hold, and none is left at the end.
    #[test]
    fn the_books_are_right(acts in prop::collection::vec(act(), 0..200)) {
        let places = places(5, 4, 2);
        let mut here: Here = Vec::new();
        for act in acts {
            let count = here.len();
            match act {
                Act::Come(source) => {
                    let place = places.take(from(source));
                    prop_assert!(is_there(&place));
                    here.push((place, 0, 0));
                }
                Act::Begin(which) => if let Some((place, ..)) = at(&mut here, which) { place.connection().began() },
                Act::Ask(which) => if let Some((place, working, _)) = at(&mut here, which) {
                    place.connection().began();
                    place.connection().asks();
                    *working += 1;
                },
                Act::Owe(which) => if let Some((place, working, bodies)) = at(&mut here, which).filter(|at| at.1 > 0) {
                    place.connection().owes_a_body();
                    (*working, *bodies) = (*working - 1, *bodies + 1);
                },
                Act::Send(which) => if let Some((place, working, bodies)) = at(&mut here, which).filter(|at| at.2 > 0) {
                    place.connection().owes_it_no_more();
                    (*working, *bodies) = (*working + 1, *bodies - 1);
                },
                Act::Answer(which) => if let Some((place, working, _)) = at(&mut here, which).filter(|at| at.1 > 0) {
                    place.connection().is_answered();
                    *working -= 1;
                },
                Act::LetIn(which) => if let Some((place, ..)) = at(&mut here, which) { place.connection().let_in() },
                Act::Leave(which) => if count > 0 { here.swap_remove(which % count); },
            }
            here.retain(|(place, ..)| is_there(place));
            let connections = || here.iter().map(|(place, ..)| place.connection());
            let strangers = connections().filter(|connection| !connection.is_seated()).count();
            let waiting: usize = connections().map(Connection::weight).sum();
            prop_assert!(strangers <= 5);
            prop_assert_eq!(places.0.waiting.load(Relaxed), waiting);
            prop_assert!(connections().filter(|connection| connection.is_seated()).count() <= 3);
        }
        drop(here);
        prop_assert_eq!(places.0.waiting.load(Relaxed), 0);
        prop_assert!(places.0.ledger().is_empty());
    }
}
