package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;

/** A handler between the engine and the real one with one of two bugs: a double release, or an end that is told twice. */
final class MutantHandler implements ConnectionHandler {
    private final MutantHandlers bugs;
    private final ConnectionHandler real;

    MutantHandler(MutantHandlers bugs, ConnectionHandler real) {
        this.bugs = bugs;
        this.real = real;
    }

    /** When the bug shows, for all handlers of one run. */
    static final class MutantHandlers {
        private final Mutation mutation;
        private final int moment;
        private int opportunity;

        MutantHandlers(Mutation mutation, SeededRandom random) {
            this.mutation = mutation;
            this.moment = random.nextInt(4);
        }

        boolean strikes(Mutation what) {
            return what == mutation && opportunity++ == moment;
        }
    }

    @Override
    public void onOpen(Connection connection) {
        real.onOpen(connection);
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        if (bugs.strikes(Mutation.DOUBLE_RELEASE)) {
            Buffer taken = in.detach();
            taken.release();
            taken.release();
            return;
        }
        real.onData(connection, in);
    }

    @Override
    public void onWritable(Connection connection) {
        real.onWritable(connection);
    }

    @Override
    public void onInputClosed(Connection connection) {
        real.onInputClosed(connection);
    }

    @Override
    public boolean onIdle(Connection connection) {
        return real.onIdle(connection);
    }

    @Override
    public void onDrain(Connection connection) {
        real.onDrain(connection);
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        real.onClosed(connection, reason);
        if (bugs.strikes(Mutation.CLOSED_TWICE)) {
            real.onClosed(connection, reason);
        }
    }
}
