"""Of numbers and of learning rates: counts and verdicts, as `wxb.numbers` and `wxb.learning_rates` say them."""

from wxb.i18n import N_

TEXTS: dict[str, str] = {
    "count.infinite": N_("infinitely many"),
    "count.epoch_one": N_("{count} epoch"),
    "count.epoch_many": N_("{count} epochs"),
    "count.row_one": N_("{count} row"),
    "count.row_many": N_("{count} rows"),
    "zone.crawl": N_("crawls"),
    "zone.slow": N_("slow"),
    "zone.good": N_("good"),
    "zone.zigzag": N_("zigzags"),
    "zone.diverge": N_("diverges"),
    "verdict.slow": N_("slow, as every constant rate here"),
    "verdict.critical": N_("the limit: neither converges nor grows"),
    "verdict.diverging": N_("diverges: distance × {growth} each epoch"),
    "verdict.overflows": N_("diverges: distance × {growth} each epoch, overflows near epoch {epoch}"),
    "verdict.pace": N_("{epochs} per digit"),
    "verdict.one_step": N_("one step reaches the minimum"),
    "verdict.arrives": N_("arrives in {needed} of {epochs}"),
    "verdict.too_few_one": N_("{epochs} epoch is too few, it takes {needed}"),
    "verdict.too_few_many": N_("{epochs} epochs are too few, it takes {needed}"),
}
