package io.eventloop.epoll;

import io.eventloop.SystemCallException;
import io.eventloop.spi.TcpInfo;

/**
 * What the kernel knows of a socket and does not change by telling.
 *
 * <p>Offsets are those of {@code struct tcp_info} in {@code linux/tcp.h}. The struct grows at its end; what an older
 * kernel does not fill stays 0.
 *
 * <p><b>Threading:</b> as the socket. <b>Ownership:</b> none. <b>Failure:</b> {@link SystemCallException}.
 */
final class KernelView {
    private static final int PEEK_FLAGS = Linux.MSG_PEEK | Linux.MSG_DONTWAIT;

    private static final int BYTES = 256;
    private static final int STATE = 0;
    private static final int SND_MSS = 16;
    private static final int UNACKED = 24;
    private static final int LOST = 32;
    private static final int LAST_DATA_SENT = 44;
    private static final int LAST_DATA_RECV = 52;
    private static final int RTT = 68;
    private static final int RTTVAR = 72;
    private static final int SND_CWND = 80;
    private static final int TOTAL_RETRANS = 100;
    private static final int BYTES_ACKED = 120;
    private static final int BYTES_RECEIVED = 128;
    private static final int NOTSENT_BYTES = 144;
    private static final int MIN_RTT = 148;
    private static final int DELIVERY_RATE = 160;
    private static final int BYTES_RETRANS = 208;

    private static final TcpInfo.State[] STATES = {
        TcpInfo.State.ESTABLISHED,
        TcpInfo.State.SYN_SENT,
        TcpInfo.State.SYN_RECEIVED,
        TcpInfo.State.FIN_WAIT_1,
        TcpInfo.State.FIN_WAIT_2,
        TcpInfo.State.TIME_WAIT,
        TcpInfo.State.CLOSED,
        TcpInfo.State.CLOSE_WAIT,
        TcpInfo.State.LAST_ACK,
        TcpInfo.State.LISTEN,
        TcpInfo.State.CLOSING
    };

    private KernelView() {}

    /** As {@link io.eventloop.spi.RawSocket#peek}. */
    static int peek(EpollSocket socket) throws SystemCallException {
        Workspace workspace = socket.workspace();
        long count;
        do {
            count = workspace.kernel.recv(socket.fd, workspace.value, 1, PEEK_FLAGS);
        } while (count == -Linux.EINTR);
        if (count < 0) {
            return socket.blockedOrFailed("recv(2)", "from ", count);
        }
        return count == 0 ? -1 : 1;
    }

    /** Asks for a number of bytes by {@code ioctl(2)}. */
    static int bytes(EpollSocket socket, int request) throws SystemCallException {
        Workspace workspace = socket.workspace();
        int result = workspace.kernel.ioctl(socket.fd, request, workspace.value);
        if (result < 0) {
            throw socket.failed("ioctl(2)", "of ", result);
        }
        return Memory.getInt(workspace.value);
    }

    static TcpInfo tcpInfo(EpollSocket socket) throws SystemCallException {
        if (socket.family == Linux.AF_UNIX) {
            throw new UnsupportedOperationException("a UNIX-domain socket has no TCP_INFO");
        }
        Workspace workspace = socket.workspace();
        int result = workspace.getOption(socket.fd, Linux.IPPROTO_TCP, Linux.TCP_INFO, BYTES);
        if (result < 0) {
            throw socket.failed("getsockopt(2)", "TCP_INFO of ", result);
        }
        return decode(workspace.value);
    }

    private static TcpInfo decode(long at) {
        return new TcpInfo(
                state(Memory.getByte(at + STATE)),
                number(at + RTT),
                number(at + RTTVAR),
                number(at + MIN_RTT),
                number(at + SND_CWND),
                number(at + SND_MSS),
                number(at + UNACKED),
                number(at + LOST),
                number(at + TOTAL_RETRANS),
                Memory.getLong(at + BYTES_ACKED),
                Memory.getLong(at + BYTES_RECEIVED),
                Memory.getLong(at + BYTES_RETRANS),
                number(at + NOTSENT_BYTES),
                Memory.getLong(at + DELIVERY_RATE),
                number(at + LAST_DATA_SENT),
                number(at + LAST_DATA_RECV));
    }

    private static long number(long at) {
        return Integer.toUnsignedLong(Memory.getInt(at));
    }

    /** The kernel counts from 1; a state it does not have yet is none of ours. */
    private static TcpInfo.State state(int number) {
        return number >= 1 && number <= STATES.length ? STATES[number - 1] : TcpInfo.State.UNKNOWN;
    }
}
