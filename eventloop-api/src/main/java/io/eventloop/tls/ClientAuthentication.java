package io.eventloop.tls;

/**
 * Whether clients have to say who they are.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum ClientAuthentication {
    /** They are not asked. */
    NONE,
    /** They are asked, and may decline; a certificate that is not trusted is refused. */
    WANTED,
    /** They have to show a certificate that is trusted. */
    NEEDED
}
