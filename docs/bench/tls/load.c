/*
 * The clients of docs/bench/tls/run: one thread, OpenSSL, non-blocking sockets. Prints one line of name=value.
 *
 *   load handshakes PORT COUNT full|resumed   connections that shake hands and end in order
 *   load burst PORT RATE SECONDS COUNT PID    64 connections ask RATE times a second each, for SECONDS alone and then while
 *                                             COUNT others open, shake hands and ask once; PID is the server
 *   load idle PORT COUNT                      opens connections that ask once, says so, and ends with its standard input
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { ESTABLISHED = 64, IN_FLIGHT = 64, BURST_IN_FLIGHT = 512, ANSWER_BYTES = 2048, STALL_SECONDS = 30 };

static const char REQUEST[] = "GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n";

enum step { CONNECT, HANDSHAKE, ENDING, ANSWER, OPEN, FAILED };

typedef struct {
    int fd;
    enum step step;
    SSL *tls;
    double due; /* when the request under way, or the next, was or is to be sent */
    int received;
    char *answer;
} client;

typedef struct {
    double *values;
    int count, room;
} series;

static SSL_CTX *context;
static SSL_SESSION *session;
static int port, opened, resumed;
static int ask_once; /* whether a connection whose handshake is over asks, or ends */
static char failure[256];

static void die(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "failed");
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void add(series *s, double value) {
    if (s->count == s->room) {
        s->room = s->room ? 2 * s->room : 4096;
        if (!(s->values = realloc(s->values, s->room * sizeof(double)))) die("realloc");
    }
    s->values[s->count++] = value;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(series *s, double part) {
    if (!s->count) return 0;
    int at = (int)(part * s->count);
    return s->values[at < s->count ? at : s->count - 1];
}

/* Milliseconds at the percentiles. */
static void print_series(const char *name, series *s) {
    qsort(s->values, s->count, sizeof(double), ascending);
    printf(" %s_count=%d %s_p50=%.3f %s_p99=%.3f %s_max=%.3f", name, s->count, name, percentile(s, 0.5) * 1e3, name,
           percentile(s, 0.99) * 1e3, name, percentile(s, 1) * 1e3);
}

static int keep_session(SSL *tls, SSL_SESSION *fresh) {
    (void)tls;
    if (session) SSL_SESSION_free(session);
    session = fresh;
    return 1;
}

static void prepare_tls(void) {
    context = SSL_CTX_new(TLS_client_method());
    if (!context || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION)
        || !SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") || !SSL_CTX_set1_groups_list(context, "X25519"))
        die("OpenSSL");
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep_session);
}

static void want(int epoll, client *c, int operation, uint32_t events) {
    struct epoll_event e = {.events = events, .data.ptr = c};
    if (epoll_ctl(epoll, operation, c->fd, &e)) die("epoll_ctl");
}

/* Begins a connection. Each has another address, so that no run needs more ports than there are. */
static void open_client(client *c, int epoll, int resume) {
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002 + opened++ % 200)};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    memset(c, 0, sizeof *c);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) die("socket");
    setsockopt(c->fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(c->fd, (struct sockaddr *)&from, sizeof from)) die("bind");
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) die("connect");
    if (!(c->tls = SSL_new(context)) || !SSL_set_fd(c->tls, c->fd)) die("SSL_new");
    SSL_set_tlsext_host_name(c->tls, "localhost");
    if (resume && session) SSL_set_session(c->tls, session);
    SSL_set_connect_state(c->tls);
    want(epoll, c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void close_client(client *c) {
    if (c->tls) SSL_free(c->tls);
    if (c->fd >= 0) close(c->fd);
    free(c->answer);
    memset(c, 0, sizeof *c);
    c->fd = -1;
}

static enum step fail(client *c, const char *what) {
    unsigned long e = ERR_peek_error();
    if (!*failure)
        snprintf(failure, sizeof failure, "%s: %s", what,
                 e ? ERR_reason_error_string(e) : errno ? strerror(errno) : "the server ended it");
    ERR_clear_error();
    return c->step = FAILED;
}

static int would_block(client *c, int result) {
    int error = SSL_get_error(c->tls, result);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

static enum step ask(client *c) {
    errno = 0;
    if (SSL_write(c->tls, REQUEST, sizeof REQUEST - 1) <= 0) return fail(c, "the request");
    c->received = 0;
    return c->step = ANSWER;
}

/* Bytes of the answer, head and body; 0 if it is not known yet. */
static int answer_bytes(client *c) {
    char *end = memmem(c->answer, c->received, "\r\n\r\n", 4), *field;
    if (!end) return 0;
    *end = 0;
    field = strcasestr(c->answer, "content-length:");
    *end = '\r';
    return field ? end + 4 - c->answer + atoi(field + 15) : 0;
}

static enum step read_answer(client *c) {
    if (!c->answer && !(c->answer = malloc(ANSWER_BYTES))) die("malloc");
    for (;;) {
        errno = 0;
        int got = SSL_read(c->tls, c->answer + c->received, ANSWER_BYTES - c->received);
        if (got <= 0) return would_block(c, got) ? c->step : fail(c, "the answer");
        c->received += got;
        int whole = answer_bytes(c);
        if (whole && c->received >= whole) {
            if (memcmp(c->answer, "HTTP/1.1 200", 12)) return fail(c, "the status");
            return c->step = OPEN;
        }
        if (c->received == ANSWER_BYTES) return fail(c, "the answer's length");
    }
}

/* Does what can be done now. A connection is at its goal when it is OPEN, or FAILED. */
static enum step advance(client *c, int epoll) {
    char rest[512];
    int result;
    errno = 0;
    switch (c->step) {
    case CONNECT:
        c->step = HANDSHAKE;
        want(epoll, c, EPOLL_CTL_MOD, EPOLLIN); /* what is written here always fits */
        /* fall through */
    case HANDSHAKE:
        result = SSL_do_handshake(c->tls);
        if (result != 1) return would_block(c, result) ? c->step : fail(c, "the handshake");
        resumed += SSL_session_reused(c->tls);
        if (ask_once) return ask(c);
        SSL_shutdown(c->tls);
        shutdown(c->fd, SHUT_WR); /* Netty does not end at a close_notify alone */
        c->step = ENDING;
        /* fall through */
    case ENDING: /* a ticket may come first, then the server's end */
        while ((result = SSL_read(c->tls, rest, sizeof rest)) > 0) continue;
        if (would_block(c, result)) return c->step;
        ERR_clear_error();
        return c->step = OPEN;
    case ANSWER:
        return read_answer(c);
    default:
        return c->step;
    }
}

static void wait_for(int epoll, struct epoll_event *events, int most, int *count) {
    *count = epoll_wait(epoll, events, most, STALL_SECONDS * 1000);
    if (*count < 0 && errno != EINTR) die("epoll_wait");
    if (*count == 0) {
        errno = ETIMEDOUT;
        die("nothing came from the server");
    }
}

/* Brings connections to their goal; returns how many failed. */
static int run(int epoll, client *clients, int count, int most, int resume, int keep) {
    struct epoll_event events[64];
    int begun = 0, done = 0, failed = 0, ready;
    while (done < count) {
        while (begun < count && begun - done < most) open_client(&clients[begun++], epoll, resume);
        wait_for(epoll, events, 64, &ready);
        for (int i = 0; i < ready; i++) {
            client *c = events[i].data.ptr;
            if (c->step == OPEN) continue; /* a ticket that came late */
            enum step step = advance(c, epoll);
            if (step != OPEN && step != FAILED) continue;
            done++;
            failed += step == FAILED;
            if (step == FAILED || !keep) close_client(c);
        }
    }
    return failed;
}

static void report_failures(int failed) {
    printf(" errors=%d\n", failed);
    fflush(stdout);
    if (failed) fprintf(stderr, "load: %d connections failed, the first by %s\n", failed, failure);
}

static void handshakes(int count, int resume) {
    int epoll = epoll_create1(0);
    client *clients = calloc(count + 1, sizeof(client));
    if (resume) { /* for a ticket */
        run(epoll, &clients[count], 1, 1, 0, 0);
        if (!session) die("no ticket came");
    }
    resumed = 0;
    double begin = now();
    int failed = run(epoll, clients, count, IN_FLIGHT, resume, 0);
    printf("seconds=%.3f handshakes=%d resumed=%d", now() - begin, count - failed, resumed);
    report_failures(failed);
}

static void idle(int count) {
    int epoll = epoll_create1(0);
    client *clients = calloc(count, sizeof(client));
    ask_once = 1;
    int failed = run(epoll, clients, count, IN_FLIGHT, 0, 1);
    printf("open=%d", count - failed);
    report_failures(failed);
    while (getchar() != EOF) continue;
}

/* Seconds of processor time the server has used. */
static double server_seconds(int pid) {
    char path[64], line[1024], *end;
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file) || !(end = strrchr(line, ')'))) die(path);
    fclose(file);
    sscanf(end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return (double)(user + system) / sysconf(_SC_CLK_TCK);
}

/* Asks whenever it is time. An answer that is late delays the next request, whose time counts from when it was due. */
static void ask_due(client *clients, double time) {
    for (int i = 0; i < ESTABLISHED; i++)
        if (clients[i].step == OPEN && clients[i].due <= time && ask(&clients[i]) == FAILED) die(failure);
}

static void take_answers(struct epoll_event *events, int ready, int epoll, double period, series *latencies) {
    for (int i = 0; i < ready; i++) {
        client *c = events[i].data.ptr;
        if (!c || c->step != ANSWER) continue; /* a ticket may come unasked */
        enum step step = advance(c, epoll);
        if (step == FAILED) die(failure);
        if (step == OPEN) {
            add(latencies, now() - c->due);
            c->due += period;
        }
    }
}

/* After each step of a handshake the established connections come first, so they wait for one such step at most. */
static void burst(double rate, double seconds, int count, int pid) {
    int first = epoll_create1(0), others = epoll_create1(0), begun = 0, done = 0, failed = 0;
    client *established = calloc(ESTABLISHED, sizeof(client)), *clients = calloc(count, sizeof(client));
    series before = {0}, during = {0}, gaps = {0};
    struct epoll_event events[ESTABLISHED], event = {.events = EPOLLIN};
    double period = 1 / rate, cpu_before, cpu_during;
    ask_once = 1;
    if (run(first, established, ESTABLISHED, ESTABLISHED, 0, 1)) die(failure);
    if (epoll_ctl(first, EPOLL_CTL_ADD, others, &event)) die("epoll_ctl");
    double begin = now(), burst_begin = 0, woke = begin;
    for (int i = 0; i < ESTABLISHED; i++) established[i].due = begin + period * (i + 1) / ESTABLISHED;
    cpu_before = server_seconds(pid);
    cpu_during = cpu_before;
    double progress = begin;
    while (done < count) {
        double time = now();
        if (!burst_begin && time >= begin + seconds) {
            burst_begin = time;
            cpu_during = server_seconds(pid);
            cpu_before = (cpu_during - cpu_before) / (time - begin);
        }
        ask_due(established, time);
        struct timespec pause = {.tv_nsec = burst_begin && begun < count && begun - done < BURST_IN_FLIGHT ? 0 : 50000};
        if (burst_begin) add(&gaps, now() - woke);
        int ready = epoll_pwait2(first, events, ESTABLISHED, &pause, NULL);
        if (ready < 0 && errno != EINTR) die("epoll_pwait2");
        woke = now();
        take_answers(events, ready, first, period, burst_begin ? &during : &before);
        if (!burst_begin) {
            progress = time;
            continue;
        }
        if (begun < count && begun - done < BURST_IN_FLIGHT) open_client(&clients[begun++], others, 0);
        if (epoll_wait(others, events, 1, 0) == 1) {
            client *c = events[0].data.ptr;
            enum step step = advance(c, others);
            if (step == OPEN || step == FAILED) {
                progress = time;
                done++;
                failed += step == FAILED;
                if (step == OPEN) want(others, c, EPOLL_CTL_DEL, 0);
                else close_client(c);
            }
        }
        if (time - progress > STALL_SECONDS) die("nothing came from the server");
    }
    double burst_seconds = now() - burst_begin;
    printf("seconds=%.3f cpu_before=%.0f cpu_during=%.0f", burst_seconds, cpu_before * 100,
           (server_seconds(pid) - cpu_during) / burst_seconds * 100);
    print_series("before", &before);
    print_series("during", &during);
    print_series("own", &gaps);
    report_failures(failed);
}

int main(int arguments, char **argument) {
    const char *mode = arguments > 3 ? argument[1] : "";
    if (arguments > 2) port = atoi(argument[2]);
    prepare_tls();
    if (!strcmp(mode, "handshakes") && arguments == 5) handshakes(atoi(argument[3]), !strcmp(argument[4], "resumed"));
    else if (!strcmp(mode, "burst") && arguments == 7)
        burst(atof(argument[3]), atof(argument[4]), atoi(argument[5]), atoi(argument[6]));
    else if (!strcmp(mode, "idle") && arguments == 4) idle(atoi(argument[3]));
    else {
        fprintf(stderr, "load: see the beginning of load.c for the arguments\n");
        return 2;
    }
    return 0;
}
