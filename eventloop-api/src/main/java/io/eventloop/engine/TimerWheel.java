package io.eventloop.engine;

/**
 * A hierarchical timing wheel: timers in time order at constant cost, for very many timers of which most are cancelled
 * or re-armed before they fire.
 *
 * <p>The scheme is number 7 of G. Varghese and T. Lauck, <i>Hashed and Hierarchical Timing Wheels: Data Structures for
 * the Efficient Implementation of a Timer Facility</i>, SOSP 1987.
 *
 * <p><b>Levels.</b> Time is counted in ticks of 2<sup>tickShift</sup> ns since the start. A tick number is read as digits
 * in base 64, and each digit position is a level of 64 slots. A timer lives at the level of the highest digit in which
 * its tick differs from the current one, in the slot that digit names. With the default tick a slot spans:
 *
 * <pre>
 * level     0       1      2       3      4       5      6         7
 * slot      1 ms    67 ms  4.3 s   4.6 m  4.9 h   13 d   2.3 y     146 y
 * </pre>
 *
 * <p>There are as many levels as the 2<sup>63</sup> ns of the clock's range need, so there is no horizon to park timers
 * at: a deadline more than 292 years after the start, the only one out of range, counts as the last tick.
 *
 * <p><b>Bitmaps.</b> One 64-bit word per level marks the occupied slots. Everything at or before the current digit of a
 * level has been emptied, and every slot of a level lies before every slot of the level above; hence the next thing to do
 * is the lowest bit of the lowest word that is not zero, and empty stretches cost nothing, whatever their length.
 *
 * <p><b>Cascading.</b> When time reaches a slot of level 0, its timers are due. When it reaches a slot of a higher level,
 * its timers now agree with the current tick in one digit more and move to a lower level. Slots are first-in first-out
 * and all timers of one tick travel together, so timers fire in order of their ticks and, within a tick, in the order in
 * which they were scheduled: the order depends on the calls alone, which the simulation relies on.
 *
 * <p><b>Rounding.</b> A deadline is rounded up to a tick. A timer thus never fires early, and fires in the first {@link
 * #advance} at or after the end of its tick, that is less than one tick after its deadline if the caller calls then. A
 * deadline not after the wheel's time is due at once.
 *
 * <p><b>Cost.</b> {@link #schedule} and {@link #cancel} are a few field operations on the node and its neighbours. A timer
 * moves at most once per level before it fires, in {@link #advance}; that work, unlike the callbacks, is not bounded by
 * {@code maxExpirations}, but by the number of timers whose slots were reached. Nothing allocates.
 *
 * <p><b>Threading:</b> loop-confined, not checked here. Time is passed in; no clock is read. Moments are compared by
 * difference, so negative and wrapping clocks serve. A clock that goes back is taken to stand still.
 *
 * <p><b>Ownership:</b> nodes belong to their makers; the wheel links to them only while they are armed. How many there are
 * is bounded by whatever carries them.
 *
 * <p><b>Failure:</b> {@link #advance} lets the exception of a callback pass, see there. Nothing else throws.
 */
public final class TimerWheel {
    /** 2^20 ns = 1.05 ms: a wait in the poller is no finer than a millisecond, and a shift is cheaper than a division. */
    public static final int DEFAULT_TICK_SHIFT = 20;

    /** 2^40 ns = 18 minutes; a coarser tick is surely a mistake. */
    private static final int MAX_TICK_SHIFT = 40;

    private static final int DIGIT_BITS = 6;
    private static final int DIGIT_MASK = (1 << DIGIT_BITS) - 1;

    private final long startNanos;
    private final int tickShift;
    private final long lastTick;
    private final int levels;

    /** The oldest node of each list, null when it is empty. The lists are circular, so the one before it is the newest. */
    private final TimerNode[] oldest;

    /** A word of bits for each level, and a last one for the two lists of due timers. */
    private final long[] occupied;

    /** The list of timers that the next callbacks belong to. */
    private final int due;

    /** The list of timers that were due when scheduled; the next {@link #advance} appends it to the due ones. */
    private final int overdue;

    /** The latest time given to {@link #advance}. */
    private long nowNanos;

    /** The tick of that time, or, while collecting, of the slot reached. */
    private long currentTick;

    private int size;
    private boolean advancing;

    /**
     * Makes an empty wheel.
     *
     * @param startNanos the time now; the wheel works for 292 years from here
     * @param tickShift a tick is 2<sup>tickShift</sup> ns, from 0 to 40
     */
    public TimerWheel(long startNanos, int tickShift) {
        if (tickShift < 0 || tickShift > MAX_TICK_SHIFT) {
            throw new IllegalArgumentException("tickShift " + tickShift + " is not in 0.." + MAX_TICK_SHIFT);
        }
        this.startNanos = startNanos;
        this.nowNanos = startNanos;
        this.tickShift = tickShift;
        this.lastTick = Long.MAX_VALUE >>> tickShift;
        this.levels = levelOf(lastTick) + 1;
        this.due = levels << DIGIT_BITS;
        this.overdue = due + 1;
        this.oldest = new TimerNode[overdue + 1];
        this.occupied = new long[levels + 1];
    }

    /**
     * Arms a node, or moves it if it is armed.
     *
     * @param deadlineNanos at most 2<sup>63</sup> - 1 ns after the wheel's time; a moment that is not after the wheel's
     *     time is due in the next {@link #advance}
     */
    public void schedule(TimerNode node, long deadlineNanos) {
        cancel(node);
        node.deadlineNanos = deadlineNanos;
        link(node, deadlineNanos - nowNanos <= 0 ? overdue : slotOf(deadlineNanos));
        size++;
    }

    /**
     * Disarms a node. A timer that is due and has not fired can still be cancelled.
     *
     * @return true if it was armed
     */
    public boolean cancel(TimerNode node) {
        if (!node.isArmed()) {
            return false;
        }
        unlink(node);
        size--;
        return true;
    }

    /**
     * Moves time forward and fires due timers. Timers that become due by what the callbacks schedule wait for the next
     * call, so a callback that re-arms itself without delay cannot hold up the caller.
     *
     * <p>A callback may schedule and cancel any timer, itself included, but not call this method. If it throws, the
     * exception passes to the caller; the timer that threw counts as fired, the remaining due ones fire in the next call.
     *
     * @param clockNanos the time now
     * @param maxExpirations the most callbacks to run; timers left over stay due, in order. With zero this only tells the
     *     wheel the time, so that deadlines up to now count as past when scheduled
     * @return the number of callbacks run
     * @throws IllegalStateException if called from a callback
     */
    public int advance(long clockNanos, int maxExpirations) {
        if (advancing) {
            throw new IllegalStateException("advance called from a timer callback");
        }
        collectDue(clockNanos);
        int expirations = 0;
        advancing = true;
        try {
            while (expirations < maxExpirations && oldest[due] != null) {
                TimerNode node = oldest[due];
                cancel(node);
                expirations++;
                node.expire(nowNanos);
            }
        } finally {
            advancing = false;
        }
        return expirations;
    }

    /**
     * The next moment at which {@link #advance} has something to do: never after the moment the next timer fires, exact
     * within the 64 ticks of level 0, else the moment to cascade.
     *
     * @return the wheel's time if {@link #hasDue}, {@link Long#MAX_VALUE} (and nothing else does) if there is no timer
     */
    public long nextDeadlineNanos() {
        if (hasDue()) {
            return nowNanos;
        }
        int slot = firstSlot();
        if (slot < 0) {
            return Long.MAX_VALUE;
        }
        long nanos = startNanos + (firstTickOf(slot) << tickShift);
        return nanos == Long.MAX_VALUE ? nanos - 1 : nanos; // a moment like any other to a clock that wraps around
    }

    /** Whether timers are due that no {@link #advance} has fired yet. */
    public boolean hasDue() {
        return occupied[levels] != 0;
    }

    /** The number of armed timers, due ones included. */
    public int size() {
        return size;
    }

    private void collectDue(long clockNanos) {
        if (clockNanos - nowNanos > 0) {
            nowNanos = clockNanos;
        }
        while (oldest[overdue] != null) {
            move(oldest[overdue], due);
        }
        long targetTick = (nowNanos - startNanos) >>> tickShift;
        for (int slot = firstSlot(); slot >= 0 && firstTickOf(slot) <= targetTick; slot = firstSlot()) {
            currentTick = firstTickOf(slot);
            while (oldest[slot] != null) {
                move(oldest[slot], slotOf(oldest[slot].deadlineNanos));
            }
        }
        currentTick = targetTick;
    }

    private void move(TimerNode node, int slot) {
        unlink(node);
        link(node, slot);
    }

    /** The earliest occupied slot of the levels, or -1. */
    private int firstSlot() {
        for (int level = 0; level < levels; level++) {
            if (occupied[level] != 0) {
                return (level << DIGIT_BITS) | Long.numberOfTrailingZeros(occupied[level]);
            }
        }
        return -1;
    }

    /** The tick at which a slot begins: the current tick with the slot's digit, and zeros below it. */
    private long firstTickOf(int slot) {
        int digitShift = (slot >>> DIGIT_BITS) * DIGIT_BITS;
        long aboveDigit = (currentTick >>> digitShift) & ~DIGIT_MASK;
        return (aboveDigit | (slot & DIGIT_MASK)) << digitShift;
    }

    /** Where a deadline after {@link #startNanos} belongs, seen from the current tick. */
    private int slotOf(long deadlineNanos) {
        long elapsedNanos = deadlineNanos - startNanos; // negative when out of range, for it is not in the past
        long tick = elapsedNanos < 0 ? lastTick : Math.min(lastTick, ((elapsedNanos - 1) >>> tickShift) + 1);
        if (tick <= currentTick) {
            return due;
        }
        int level = levelOf(tick ^ currentTick);
        return (level << DIGIT_BITS) | (int) ((tick >>> (level * DIGIT_BITS)) & DIGIT_MASK);
    }

    /** The position of the highest digit that is not zero, in a number that is not zero. */
    private static int levelOf(long difference) {
        return (Long.SIZE - 1 - Long.numberOfLeadingZeros(difference)) / DIGIT_BITS;
    }

    private void link(TimerNode node, int slot) {
        TimerNode first = oldest[slot];
        if (first == null) {
            oldest[slot] = node;
            node.next = node;
            node.previous = node;
            occupied[slot >>> DIGIT_BITS] |= 1L << slot; // a shift counts modulo 64
        } else {
            node.next = first;
            node.previous = first.previous;
            first.previous.next = node;
            first.previous = node;
        }
        node.slot = slot;
    }

    private void unlink(TimerNode node) {
        int slot = node.slot;
        if (node.next == node) {
            oldest[slot] = null;
            occupied[slot >>> DIGIT_BITS] &= ~(1L << slot);
        } else {
            if (oldest[slot] == node) {
                oldest[slot] = node.next;
            }
            node.next.previous = node.previous;
            node.previous.next = node.next;
        }
        node.next = null;
        node.previous = null;
    }
}
