package TSim;

# The engine from Perl, with core modules only. Nothing is decided here: it asks, and hands back what it is told.

use strict;
use warnings;
use Carp qw(croak);
use IO::Socket::UNIX;

our $VERSION = '0.1';
our $PROTOCOL = 1;

my $JSON = do {
    my ($class) = grep { eval "require $_; 1" } qw(Cpanel::JSON::XS JSON::XS JSON::PP);    ## no critic
    $class->new->utf8->canonical->allow_nonref;
};

# Fields of a question, and the options of tsimsh that say the same.
my %OPTIONS = (
    source => '--source', destination => '--destination', source_port => '--sport', gateway => '--gateway',
    destination_port => '--dport', protocol => '--protocol', mark => '--mark', tos => '--tos', ttl => '--ttl',
    services => '--services',
);
my %COMMANDS = (trace => ['trace'], reach => ['reach'], prove => ['prove'], topology => ['network'], facts => ['facts']);

sub new {
    my ($class, %given) = @_;
    my $state = $ENV{TSIM_STATE} || ($ENV{XDG_STATE_HOME} || ($ENV{HOME} || '/var/lib') . '/.local/state') . '/tsim';
    my $self = {
        socket => $given{socket} || "$state/engine/socket",
        tsimsh => $given{tsimsh} || ['tsimsh'],
        timeout => $given{timeout} || 60,
        number => 0,
    };
    $self->{tsimsh} = [$self->{tsimsh}] unless ref $self->{tsimsh};
    return bless $self, $class;
}

# { success => 1, result => … }, or { success => 0, error => …, code => …, field => … }.
# Modules: `tsim` (trace, reach, prove, topology, facts), which a process of its own answers where there is no engine, and
# starts one by that; `engine`, whose functions are the engine's calls with their parameters, and `ping`.
sub call_python {
    my ($self, $module, $function, $params) = @_;
    croak 'a module is needed: tsim or engine' unless defined $module && length $module;
    croak 'a function is needed' unless defined $function && length $function;
    $params ||= {};
    return $self->_engine($function eq 'ping' ? ('stop', {id => 0}) : ($function, {as_owner => \1, %$params}))
        if $module eq 'engine';
    return _refused("there is no module $module: tsim or engine", 'bad_value') unless $module eq 'tsim';
    return _refused("tsim has no function $function", 'unknown_call') unless $COMMANDS{$function};
    my $answer = $self->_asked($function, $params);
    return $answer->{away} ? $self->_process($function, $params) : $answer;
}

sub ping { my ($self) = @_; return $self->call_python('engine', 'ping')->{success} }

sub _asked {
    my ($self, $function, $params) = @_;
    return {away => 1} if $function eq 'prove' || $function eq 'facts' || $ENV{TSIM_FACTS};    # these take more than one call
    my %given = $function eq 'topology' ? %$params : (question => $params);
    return $self->_engine($function, {as_owner => \1, %given});
}

sub _engine {
    my ($self, $call, $params) = @_;
    for my $attempt (1, 2) {
        my $connection = $self->_connection($attempt) or return _refused("no engine answers at $self->{socket}", 'unavailable');
        my $id = ++$self->{number};
        my $request = {version => $PROTOCOL, id => $id, call => $call, params => $params};
        my $reply = $self->_exchanged($connection, $JSON->encode($request) . "\n");
        delete $self->{connection} unless defined $reply;
        next unless defined $reply;    # it was ended while nobody spoke: once more
        my $error = $reply->{error};
        return {success => 1, result => $reply->{result}} unless $error;
        return _refused($error->{message}, $error->{code}, $error->{field});
    }
    return _refused('the engine ends each connection', 'unavailable');
}

sub _connection {
    my ($self, $attempt) = @_;
    return $self->{connection} if $self->{connection} && $attempt == 1;
    return $self->{connection} = IO::Socket::UNIX->new(Peer => $self->{socket}, Timeout => $self->{timeout});
}

sub _exchanged {
    my ($self, $connection, $request) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $line = eval {
        local $SIG{ALRM} = sub { die "timeout\n" };
        alarm $self->{timeout};
        print {$connection} $request or die "closed\n";
        $connection->flush;
        my $read = <$connection>;
        alarm 0;
        $read;
    };
    alarm 0;
    return defined $line && $line =~ /\n\z/ ? eval { $JSON->decode($line) } : undef;
}

# One command, by words and not by a shell. It starts the engine where it can, so that the next call finds one.
sub _process {
    my ($self, $function, $params) = @_;
    my @words = (@{$COMMANDS{$function}}, '-j');
    for my $name (sort keys %$params) {
        next unless defined $params->{$name};
        my $option = $OPTIONS{$name} or return _refused("$name: is no field of $function", 'bad_value', $name);
        push @words, "$option=$params->{$name}";
    }
    my $pid = open my $output, '-|';
    croak "no process: $!" unless defined $pid;
    if (!$pid) {
        open STDERR, '>', '/dev/null';
        exec { $self->{tsimsh}[0] } @{$self->{tsimsh}}, '-q', @words or exit 127;
    }
    my $text = do { local $/; <$output> };
    close $output;
    my $document = eval { $JSON->decode($text || '') };
    return _refused("$self->{tsimsh}[0] cannot be asked (status " . ($? >> 8) . ')', 'unavailable') unless ref $document;
    return _refused($document->{error}, 'bad_value') if exists $document->{error} && !$document->{success};
    return {success => 1, result => $document};
}

sub _refused {
    my ($error, $code, $field) = @_;
    return {success => 0, error => $error, code => $code, field => $field, away => $code eq 'unavailable' ? 1 : 0};
}

# Helpers die with the reason instead.
sub _result {
    my ($self, @call) = @_;
    my $answer = $self->call_python(@call);
    croak $answer->{error} unless $answer->{success};
    return $answer->{result};
}

package TSim::Trace;

sub new { my ($class, $tsim) = @_; return bless {tsim => $tsim || TSim->new}, $class }

sub trace {
    my ($self, $source, $destination, %more) = @_;
    return $self->{tsim}->_result('tsim', 'trace', {source => $source, destination => $destination, %more});
}

sub path { my ($self, @ends) = @_; return map { $_->{name} } @{$self->trace(@ends)->{path}} }

package TSim::Reach;

sub new { my ($class, $tsim) = @_; return bless {tsim => $tsim || TSim->new}, $class }

sub services {
    my ($self, $source, $destination, $services, %more) = @_;
    my %asked = (source => $source, destination => $destination, services => $services, %more);
    return $self->{tsim}->_result('tsim', 'reach', \%asked)->{services};
}

sub is_reached {
    my ($self, @asked) = @_;
    return !grep { !$_->{reachable} } @{$self->services(@asked)};
}

package TSim::Job;

sub new { my ($class, $tsim) = @_; return bless {tsim => $tsim || TSim->new}, $class }

sub submit {
    my ($self, %question) = @_;
    return $self->{tsim}->_result('engine', 'submit', {question => \%question})->{id};
}

sub status { my ($self, $job) = @_; return $self->{tsim}->_result('engine', 'job', {job => $job})->{status} }
sub result { my ($self, $job) = @_; return $self->{tsim}->_result('engine', 'result', {job => $job}) }
sub cancel { my ($self, $job) = @_; return $self->{tsim}->_result('engine', 'cancel', {job => $job}) }

sub wait {
    my ($self, $job, $every) = @_;
    while (($_ = $self->status($job)) =~ /\A(?:queued|running)\z/) { select undef, undef, undef, $every || 0.1 }
    return $_;
}

package TSim::Network;

sub new { my ($class, $tsim) = @_; return bless {tsim => $tsim || TSim->new}, $class }
sub topology { my ($self) = @_; return $self->{tsim}->_result('tsim', 'topology') }
sub routers { my ($self) = @_; return map { $_->{name} } @{$self->topology->{routers}} }
sub hosts { my ($self) = @_; return map { $_->{name} } @{$self->topology->{hosts}} }

1;

__END__

=head1 NAME

TSim - can this host reach that service? The engine of tsim, from Perl

=head1 SYNOPSIS

    use TSim;
    my $tsim = TSim->new;    # of TSIM_STATE; or socket => '…', tsimsh => '/opt/tsim/bin/tsimsh'
    my $answer = $tsim->call_python('tsim', 'reach', {source => 'a', destination => 'b', services => '22,443'});
    die $answer->{error} unless $answer->{success};
    print "$_->{port} $_->{verdict}\n" for @{$answer->{result}{services}};

    print join(' ', TSim::Trace->new($tsim)->path('a', 'b')), "\n";
    my $job = TSim::Job->new($tsim)->submit(source => 'a', destination => 'b', services => '22');

=cut
