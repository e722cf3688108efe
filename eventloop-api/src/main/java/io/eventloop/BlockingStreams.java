package io.eventloop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The streams of a {@link BlockingConnection}. */
final class BlockingStreams {
    private BlockingStreams() {}

    /** Reads. */
    static final class Input extends InputStream {
        private final BlockingConnection connection;

        Input(BlockingConnection connection) {
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return connection.read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return connection.read(target, offset, length);
        }

        @Override
        public int available() {
            return connection.available();
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    /** Writes; a byte at a time is a task for the loop each, so such writers want a buffer in between. */
    static final class Output extends OutputStream {
        private final BlockingConnection connection;

        Output(BlockingConnection connection) {
            this.connection = connection;
        }

        @Override
        public void write(int value) throws IOException {
            connection.write(new byte[] {(byte) value});
        }

        @Override
        public void write(byte[] source) throws IOException {
            connection.write(source);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            connection.write(source, offset, length);
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}
