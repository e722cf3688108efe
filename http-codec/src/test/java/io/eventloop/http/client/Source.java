package io.eventloop.http.client;

/** Content that a test writes by itself, or a text. */
final class Source implements RequestBody {
    private final long length;
    private final boolean isReplayable;
    RequestStream stream;
    String text;
    int starts;
    int stops;
    int writables;

    Source(long length, boolean isReplayable) {
        this.length = length;
        this.isReplayable = isReplayable;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public boolean isReplayable() {
        return isReplayable;
    }

    @Override
    public void start(RequestStream to) {
        starts++;
        stream = to;
        if (text != null) {
            to.write(ClientRig.bytes(text));
            to.end();
        }
    }

    @Override
    public void onWritable(RequestStream to) {
        writables++;
    }

    @Override
    public void onStopped(RequestStream to) {
        stops++;
    }
}
