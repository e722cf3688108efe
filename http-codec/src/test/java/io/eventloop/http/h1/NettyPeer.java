package io.eventloop.http.h1;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/** Netty's decoder in a channel without a socket. What it reports as a failure, a server has to answer with 400. */
final class NettyPeer implements PeerParser {

    @Override
    public List<String> read(byte[] bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder());
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        List<String> lines = new ArrayList<>();
        HttpRequest head = null;
        long length = 0;
        boolean isOver = false;
        boolean isLast = false;
        for (HttpObject part = channel.readInbound(); part != null && !isLast; part = channel.readInbound()) {
            if (part.decoderResult().isFailure()) {
                lines.add("!");
                isLast = true;
            } else if (part instanceof HttpRequest request) {
                head = request;
                length = 0;
                // The decoder leaves it to its user that the connection is a tunnel, or ends, after this one.
                isOver = request.method().equals(HttpMethod.CONNECT) || !HttpUtil.isKeepAlive(request);
            }
            if (part instanceof HttpContent content) {
                length += content.content().readableBytes();
                if (!isLast && part instanceof LastHttpContent) {
                    lines.add(RequestLines.line(head.method(), head.uri(), length));
                    isLast = isOver;
                }
            }
            ReferenceCountUtil.release(part);
        }
        channel.finishAndReleaseAll();
        return lines;
    }

    @Override
    public void close() {
        // Nothing stays open.
    }
}
