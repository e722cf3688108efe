/**
 * A toolkit for protocols on a stream of bytes: where one message ends and the next begins, and the PROXY protocol's header
 * in front of it all.
 *
 * <p>A {@link io.eventloop.framing.FrameFormat} is one of {@link io.eventloop.framing.LengthField},
 * {@link io.eventloop.framing.Delimiter}, {@link io.eventloop.framing.Lines} and {@link io.eventloop.framing.FixedLength}, or
 * your own. It gives decoders, which look at a buffer and never at a connection, and an encoder. A
 * {@link io.eventloop.framing.FramedHandler} joins a decoder with a {@link io.eventloop.framing.FrameHandler}:
 *
 * <pre>{@code
 * LengthField format = LengthField.builder().width(4).maxFrameBytes(32 << 10).build();
 * FrameEncoder encoder = format.encoder();
 * group.listen(address, connection -> new FramedHandler(format.decoder(), (c, frame) -> encoder.write(c, frame.detach())));
 * }</pre>
 *
 * <p>{@link io.eventloop.framing.ProxyHeaderHandler} takes the PROXY header off an accepted connection and hands the rest to
 * the handler behind it; {@link io.eventloop.framing.ProxyHeaderEncoder} writes one. {@link io.eventloop.framing.ProxyHeader}
 * says what it means and why not everybody may send it.
 */
package io.eventloop.framing;
