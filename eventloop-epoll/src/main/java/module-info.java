/** A transport over Linux epoll, with no native code of its own: system calls go through {@code java.lang.foreign}. */
module io.eventloop.epoll {
    requires io.eventloop;
}
