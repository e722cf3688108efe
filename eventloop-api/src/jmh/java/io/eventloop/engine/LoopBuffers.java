package io.eventloop.engine;

/** The buffers of one event loop's thread in one implementation; made on that thread. */
interface LoopBuffers {
    /** As many as fit into a buffer of our smallest class. */
    int INTS = 1024;

    /** Acquires a buffer and releases it. */
    void acquireRelease(int bytes);

    /** Writes {@link #INTS} ints into a buffer kept for it and reads them back. Returns their sum. */
    int writeReadInts();

    /** Gives the memory back. */
    void close();
}
