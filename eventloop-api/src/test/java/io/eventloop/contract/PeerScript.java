package io.eventloop.contract;

import java.util.List;

/**
 * What a peer does in a conversation in which both sides send and receive at the same time.
 *
 * @param sent all it has to send
 * @param chunks bytes handed over at a time, one after the other; what is left after them goes at once
 * @param mostPerRead bytes taken at a time
 * @param readsFrom bytes it has sent when it begins to read; until then the other side is held back
 * @param ending how its output ends
 * @param endsFrom bytes it has received when it ends its output, if the other side has not ended before
 * @param isImpatient whether it ends as soon as nothing takes its bytes, instead of when all of them are sent
 */
record PeerScript(
        byte[] sent,
        List<Integer> chunks,
        int mostPerRead,
        int readsFrom,
        Peer.End ending,
        int endsFrom,
        boolean isImpatient) {

    /** How many bytes to hand over next. */
    int mostToWrite(int sentBytes) {
        int end = 0;
        for (int chunk : chunks) {
            end += chunk;
            if (end > sentBytes) {
                return Math.min(end, sent.length) - sentBytes;
            }
        }
        return sent.length - sentBytes;
    }

    /** Whether it is listening yet. */
    boolean mayRead(int sentBytes) {
        return sentBytes >= readsFrom;
    }

    /** Whether its output is to end now. */
    boolean isOver(int sentBytes, int justTaken, int receivedBytes) {
        boolean isDone = sentBytes == sent.length || (isImpatient && justTaken == 0);
        return isDone && receivedBytes >= endsFrom;
    }
}
