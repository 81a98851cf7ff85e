//! What is being read between two calls, by a number that the loader keeps: it asks for one piece after the other, or ends it.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::error::{Code, DomoError};
use crate::js::endpoint::settle;
use crate::js::failure::Failure;
use crate::js::host;

/// Something that is given out in pieces.
pub trait Pieces {
    /// The next one; `undefined` behind the last.
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Result<JsValue, Failure>> + '_>>;
    /// The host's reader, for whoever ends it while it is being read.
    fn reader(&self) -> JsValue;
    /// Gives up the rest.
    fn stop(&mut self);
}

/// Empty while the next piece is awaited.
type Place = Rc<Cell<Option<Box<dyn Pieces>>>>;

struct Kept {
    number: u32,
    pieces: Place,
    /// What to cancel then.
    reader: JsValue,
}

thread_local! {
    static KEPT: ManuallyDrop<RefCell<(u32, Vec<Kept>)>> = const { ManuallyDrop::new(RefCell::new((0, Vec::new()))) };
}

/// Keeps it, by a number of its own.
pub fn keep(pieces: Box<dyn Pieces>) -> u32 {
    KEPT.with(|all| {
        let (last, kept) = &mut *all.borrow_mut();
        *last = last.wrapping_add(1);
        kept.push(Kept {
            number: *last,
            pieces: Rc::new(Cell::new(Some(pieces))),
            reader: JsValue::UNDEFINED,
        });
        *last
    })
}

/// Takes it out, by its number.
fn forget(number: u32) -> Option<Kept> {
    KEPT.with(|all| {
        let (_, kept) = &mut *all.borrow_mut();
        let at = kept.iter().position(|one| one.number == number)?;
        Some(kept.swap_remove(at))
    })
}

/// What is kept under a number, while it is awaited too; the reader to cancel then is noted.
fn place(number: u32, reader: Option<JsValue>) -> Option<Place> {
    KEPT.with(|all| {
        let (_, kept) = &mut *all.borrow_mut();
        let one = kept.iter_mut().find(|one| one.number == number)?;
        if let Some(reader) = reader {
            one.reader = reader;
        }
        Some(Rc::clone(&one.pieces))
    })
}

/// The next piece of what has this number; `undefined` behind the last, and of what ended already.
#[wasm_bindgen(js_name = nextPiece)]
pub fn next_piece(number: u32) -> Promise {
    settle(Ok(Box::pin(async move {
        let Some(kept) = place(number, None) else {
            return Ok(JsValue::UNDEFINED);
        };
        let Some(mut pieces) = kept.take() else {
            return Err(DomoError::new(Code::Internal, "a piece was asked for before the last one came").into());
        };
        place(number, Some(pieces.reader()));
        let piece = pieces.next().await;
        match &piece {
            Ok(value) if !value.is_undefined() => match place(number, None) {
                Some(place) => place.set(Some(pieces)),
                None => pieces.stop(), // it was ended meanwhile
            },
            _ => {
                drop(forget(number));
                pieces.stop();
            }
        }
        piece
    })))
}

/// Ends what has this number: nothing more of it is fetched or kept.
#[wasm_bindgen(js_name = endPieces)]
pub fn end_pieces(number: u32) {
    if let Some(kept) = forget(number) {
        match kept.pieces.take() {
            Some(mut pieces) => pieces.stop(),
            None => host::cancel(&kept.reader, &JsValue::UNDEFINED),
        }
    }
}
