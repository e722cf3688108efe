package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EpollErrorsTest {
    @Test
    void namesTheCallTheSubjectAndTheReason() {
        SystemCallException refused = EpollErrors.failed("connect(2)", "to 10.0.0.1:80", -111);
        assertEquals("connect(2) to 10.0.0.1:80: ECONNREFUSED", refused.getMessage());
        assertEquals(Errno.ECONNREFUSED, refused.errno());
    }

    @Test
    void namesReasonsThatHaveNoConstant() {
        SystemCallException fault = EpollErrors.failed("recv(2)", "", 14);
        assertEquals("recv(2): EFAULT", fault.getMessage());
        assertEquals(Errno.OTHER, fault.errno());
        assertEquals(
                "recv(2): errno 132", EpollErrors.failed("recv(2)", "", -132).getMessage());
        assertEquals(
                "recv(2): errno 4000", EpollErrors.failed("recv(2)", "", 4000).getMessage());
    }

    @Test
    void everyConstantHasItsNumber() {
        Set<Errno> found = EnumSet.of(Errno.OTHER);
        for (int number = 1; number < 134; number++) {
            found.add(EpollErrors.errno(number));
        }
        assertEquals(EnumSet.allOf(Errno.class), found);
    }

    @Test
    void writesAddressesAsUsersDo() throws Exception {
        assertEquals("10.0.0.1:80", EpollErrors.text(new InetSocketAddress(InetAddress.getByName("10.0.0.1"), 80)));
        assertEquals("[0:0:0:0:0:0:0:1]:80", EpollErrors.text(new InetSocketAddress(InetAddress.getByName("::1"), 80)));
        assertEquals("/run/app.sock", EpollErrors.text(UnixDomainSocketAddress.of("/run/app.sock")));
    }
}
