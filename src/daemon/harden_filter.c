#include "daemon/harden_filter.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

bool tf_filter_is_off(void)
{
#ifdef SANITIZED
	return true;
#else
	return false;
#endif
}

/* Memory, without any way to make it executable (mmap and mprotect have rules of their own). */
static const char *const memory[] = {
	"brk", "munmap", "mremap", "madvise", "mlock", "mlock2", "munlock", "mincore", "membarrier",
};

/* Threads of this process: locks, stacks, scheduling of the worker pool. */
static const char *const threads[] = {
	"futex", "futex_waitv", "set_robust_list", "get_robust_list", "rseq", "sched_yield",
	"sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_getscheduler", "gettid",
	"exit", "exit_group", "set_tid_address", "getcpu",
};

/* Signals to ourselves, and what the event loop does with them. */
static const char *const signals[] = {
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sigaltstack",
	"tgkill", "restart_syscall",
};

/* Time and entropy. */
static const char *const clocks[] = {
	"clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
	"getrandom",
};

/* Who and where we are; all of it is known to the process anyway. */
static const char *const identity[] = {
	"getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid",
	"uname", "getcwd", "sysinfo", "getrusage", "prlimit64", "getrlimit", "umask",
};

/* Descriptors that are open. */
static const char *const descriptors[] = {
	"read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "lseek",
	"_llseek", "close", "dup", "dup2", "dup3", "fcntl", "fstat", "pipe2", "eventfd2", "ioctl",
};

/* Waiting. */
static const char *const waiting[] = {
	"poll", "ppoll", "select", "pselect6", "epoll_create1", "epoll_ctl", "epoll_wait",
	"epoll_pwait", "epoll_pwait2", "timerfd_create", "timerfd_settime", "timerfd_gettime",
};

/* Files: the store and its journal, certificates and lists that are read again, the log. The user
 * id and the file modes say which. */
static const char *const files[] = {
	"open", "openat", "creat", "newfstatat", "fstatat64", "stat", "lstat", "statx", "fstatfs",
	"statfs", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "unlink",
	"unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "mkdir", "mkdirat",
	"rmdir", "getdents64", "ftruncate", "truncate", "fallocate", "fadvise64", "fsync",
	"fdatasync", "sync_file_range", "msync", "flock", "fchmod", "fchown", "copy_file_range",
	"sendfile", "utimensat",
};

/* Connections that others open to us, on sockets that listen already. */
static const char *const serving[] = {
	"accept", "accept4", "getsockname", "getpeername", "getsockopt", "setsockopt", "shutdown",
	"recvfrom", "recvmsg", "recvmmsg", "sendto", "sendmsg", "sendmmsg", "listen", "socketpair",
};

/* Connections that we open, and the name lookups before them. */
static const char *const dialling[] = {
	"connect", "bind",
};

/* Nobody here has any honest use for these: whoever calls one is not our program any more. */
static const char *const fatal[] = {
	"execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise",
	"pidfd_getfd", "kcmp", "init_module", "finit_module", "delete_module", "kexec_load",
	"kexec_file_load", "mount", "umount2", "move_mount", "open_tree", "fsopen", "fsconfig",
	"fsmount", "fspick", "mount_setattr", "pivot_root", "chroot", "unshare", "setns", "bpf",
	"perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
	"keyctl", "add_key", "request_key", "open_by_handle_at", "swapon", "swapoff", "reboot",
	"personality", "iopl", "ioperm", "setuid", "setgid", "setreuid", "setregid", "setresuid",
	"setresgid", "setfsuid", "setfsgid", "setgroups", "capset",
};

/* Answered with "no such call", so that the C library falls back to what we have rules for. */
static const char *const absent[] = {
	"clone3", "openat2",
};

/* One rule per name; a name that this architecture does not know is nothing to allow. */
static bool add_all(scmp_filter_ctx f, uint32_t action, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int number = seccomp_syscall_resolve_name(names[i]);

		if (number != __NR_SCMP_ERROR && seccomp_rule_add(f, action, number, 0) != 0)
			return false;
	}
	return true;
}

static bool allow_common(scmp_filter_ctx f)
{
	return add_all(f, SCMP_ACT_ALLOW, memory, TF_ARRAY_LEN(memory)) &&
	       add_all(f, SCMP_ACT_ALLOW, threads, TF_ARRAY_LEN(threads)) &&
	       add_all(f, SCMP_ACT_ALLOW, signals, TF_ARRAY_LEN(signals)) &&
	       add_all(f, SCMP_ACT_ALLOW, clocks, TF_ARRAY_LEN(clocks)) &&
	       add_all(f, SCMP_ACT_ALLOW, identity, TF_ARRAY_LEN(identity)) &&
	       add_all(f, SCMP_ACT_ALLOW, descriptors, TF_ARRAY_LEN(descriptors)) &&
	       add_all(f, SCMP_ACT_ALLOW, waiting, TF_ARRAY_LEN(waiting)) &&
	       add_all(f, SCMP_ACT_ALLOW, files, TF_ARRAY_LEN(files)) &&
	       add_all(f, SCMP_ACT_ALLOW, serving, TF_ARRAY_LEN(serving)) &&
	       add_all(f, SCMP_ACT_KILL_PROCESS, fatal, TF_ARRAY_LEN(fatal)) &&
	       add_all(f, SCMP_ACT_ERRNO(ENOSYS), absent, TF_ARRAY_LEN(absent));
}

/* Writable or executable, never both in turn: no new page of code. Threads, but no processes. A
 * datagram to the service manager's socket. */
static bool allow_by_argument(scmp_filter_ctx f)
{
	return seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
	                        SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
	       seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
	                        SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
	       seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	                        SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) == 0 &&
	       seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
	                        SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0),
	                        SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_DGRAM)) == 0;
}

static bool allow_dialling(scmp_filter_ctx f)
{
	return add_all(f, SCMP_ACT_ALLOW, dialling, TF_ARRAY_LEN(dialling)) &&
	       seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
	                        SCMP_A0(SCMP_CMP_EQ, AF_INET, 0)) == 0 &&
	       seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
	                        SCMP_A0(SCMP_CMP_EQ, AF_INET6, 0)) == 0;
}

static bool dials(tf_harden_role role)
{
	switch (role) {
	case TF_HARDEN_COSIGNER:
	case TF_HARDEN_COORDINATOR:
		return true;
	case TF_HARDEN_RA:
		return false;
	}
	return false;
}

tf_err tf_filter_load(tf_harden_role role, char *why, size_t cap)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int ret;

	if (!f || seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1) != 0 || !allow_common(f) ||
	    !allow_by_argument(f) || (dials(role) && !allow_dialling(f))) {
		seccomp_release(f);
		snprintf(why, cap, "the filter cannot be built");
		return TF_E_RESOURCE;
	}
	ret = seccomp_load(f);
	seccomp_release(f);
	if (ret == 0)
		return TF_OK;
	snprintf(why, cap, "the kernel refuses the filter: %s", strerror(-ret));
	return TF_E_RESOURCE;
}
